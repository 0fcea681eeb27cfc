// The line between one page and the server, to be pulled out and put back.
import { expect, type WebSocketRoute } from "@playwright/test";
import type { Person } from "./person";

export class Line {
  private readonly sockets = new Set<WebSocketRoute>();
  private isCut = false;
  private isMute = false;

  private constructor(private readonly who: Person) {}

  /** Must be there before the page is opened. */
  static async of(who: Person): Promise<Line> {
    const line = new Line(who);
    await who.page.routeWebSocket(/\/api\/hitl\/ws/, (socket) => line.take(socket));
    return line;
  }

  private take(socket: WebSocketRoute): void {
    if (this.isCut) {
      void socket.close();
      return;
    }
    const server = socket.connectToServer();
    socket.onMessage((message) => this.isMute || server.send(message));
    server.onMessage((message) => this.isMute || socket.send(message));
    this.sockets.add(socket);
  }

  /** Nothing passes any more, and nobody says so. */
  mute(): void {
    this.isMute = true;
  }

  /** Closes the socket and lets no other one come about; requests still pass. */
  async cut(): Promise<void> {
    this.isCut = true;
    await Promise.all([...this.sockets].map((socket) => socket.close()));
    this.sockets.clear();
  }

  /** Socket, requests, all of it. */
  async pull(): Promise<void> {
    await this.who.page.context().setOffline(true);
    await this.cut();
  }

  async putBack(): Promise<void> {
    this.isCut = false;
    this.isMute = false;
    await this.who.page.context().setOffline(false);
  }
}

/** The page says that it hears of every change. */
export async function live(who: Person): Promise<void> {
  await expect(who.page.locator(".live")).toHaveText("Live");
}
