
// A piece that doesn't come is asked for again, as long as it takes: the line may be down. If the server has another
// build by now, its pieces have other names, and the page is loaded anew.
async function patiently(load) {
  for (let seconds = 1; ; seconds = Math.min(2 * seconds, 20)) {
    try {
      return await load();
    } catch (error) {
      console.warn(error);
    }
    const answer = await fetch("/build.txt", { cache: "no-store" }).catch(() => undefined);
    const build = answer?.ok && (await answer.text()).trim();
    if (build && build !== document.querySelector("meta[name=build]")?.content) location.reload();
    await new Promise((done) => {
      setTimeout(done, 1000 * seconds);
      window.addEventListener("online", done, { once: true });
    });
  }
}
