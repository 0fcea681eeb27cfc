//! A Redis of a test's own, and a plug in its line.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A Redis that can be killed and started again under its address; gone with this value.
pub struct Redis {
    port: u16,
    child: Option<Child>,
}

impl Redis {
    pub fn start() -> Self {
        let mut redis = Self::not_yet();
        redis.start_again();
        redis
    }

    /// Its address, where nobody listens so far.
    pub fn not_yet() -> Self {
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        Self { port, child: None }
    }

    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    pub fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"])
            .arg(self.port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("needs redis-server: .ci/packages installs it");
        self.child = Some(child);
        let begun = Instant::now();
        while TcpStream::connect(self.address()).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "redis-server doesn't start");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _already_gone = child.kill();
            let _reaped = child.wait();
        }
    }

    /// What `redis-cli` would print, from the first byte of the answer on.
    pub fn say(&self, words: &[&[u8]]) -> Vec<u8> {
        let mut line = TcpStream::connect(self.address()).unwrap();
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend(format!("${}\r\n", word.len()).into_bytes());
            request.extend_from_slice(word);
            request.extend(b"\r\n");
        }
        request.extend(b"*1\r\n$4\r\nQUIT\r\n");
        line.write_all(&request).unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).unwrap();
        let end = answer.len() - b"+OK\r\n".len();
        answer.truncate(end);
        answer
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn url(address: SocketAddr) -> String {
    format!("redis://{address}/0")
}

/// A line to a server, on which everything may take its time.
pub struct SlowLine {
    pub address: SocketAddr,
    delay: Arc<AtomicU64>,
}

impl SlowLine {
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let delay = Arc::<AtomicU64>::default();
        let line = delay.clone();
        // Ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // Where nobody listens the client is hung up on.
                let Ok(server) = TcpStream::connect(server) else { continue };
                let ends = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (there, back) = (line.clone(), line.clone());
                thread::spawn(move || carry(client, server, &there));
                thread::spawn(move || carry(ends.1, ends.0, &back));
            }
        });
        Self { address, delay }
    }

    pub fn url(&self) -> String {
        url(self.address)
    }

    /// How long each piece takes in each direction.
    pub fn takes(&self, delay: Duration) {
        self.delay.store(delay.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, delay: &AtomicU64) {
    let mut piece = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        thread::sleep(Duration::from_millis(delay.load(Ordering::Relaxed)));
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _gone = to.shutdown(std::net::Shutdown::Both);
}
