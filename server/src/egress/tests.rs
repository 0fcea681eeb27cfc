use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{resolver::Names, *};

#[test]
fn only_what_anybody_can_reach_is_public() {
    for private in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.0.1",
        "172.32.0.1",
        "192.167.1.1",
        "198.20.0.1",
        "223.255.255.1",
        "2001:4860:4860::8888",
        "2a00:1450::1",
        "2606:4700::1111",
        "3fff:1000::1",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
}

#[test]
fn an_address_is_refused_by_how_it_is_written() {
    let gate = Gate::new(["127.0.0.1:9000".to_owned(), "[::1]:9001".to_owned()]).unwrap();
    for refused in [
        "",
        "x",
        "https://",
        "/path",
        "file:///etc/passwd",
        "ftp://example.org",
        "gopher://example.org",
        "http://example.org/",
        "https://example.org:8443/",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a00:1]/",
        "https://169.254.169.254/latest",
        "https://[fe80::1%25eth0]/",
        "https://10.0.0.1/",
        "https://①②⑦.0.0.1/",
        "http://127.0.0.1:9001/",
        "http://127.0.0.1/",
        "http://localhost:9000/",
        "data:text/plain,a",
        "javascript:alert(1)",
    ] {
        assert!(gate.fault(refused).is_some(), "{refused}");
    }
    let long = format!("https://example.org/{}", "a".repeat(2_000));
    assert!(gate.fault(&long).is_some());
    for fine in [
        "https://example.org",
        "https://example.org:443/a?b=c",
        "https://8.8.8.8/",
        "http://127.0.0.1:9000/",
        "https://127.0.0.1:9000/",
        "http://127.1:9000/x",
        "http://[::1]:9001/",
    ] {
        assert_eq!(gate.fault(fine), None, "{fine}");
    }
}

/// Gives each answer once, and the last one from then on.
struct Script {
    answers: Vec<IpAddr>,
    asked: AtomicUsize,
}

#[async_trait]
impl Names for Script {
    async fn look_up(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(vec![self.answers[number.min(self.answers.len() - 1)]])
    }
}

fn names(answers: &[&str]) -> Arc<Script> {
    let answers = answers.iter().map(|ip| ip.parse().unwrap()).collect();
    Arc::new(Script { answers, asked: AtomicUsize::new(0) })
}

/// A listener and how many came to it.
async fn counting() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, came) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            let _ = stream.read(&mut [0; 1024]).await;
            let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 200000\r\n\r\n";
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.write_all(&[b'a'; 200_000]).await;
        }
    });
    (port, came)
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to_whatever_it_meant_before() {
    let (port, came) = counting().await;
    for inside in ["127.0.0.1", "::ffff:127.0.0.1", "::1", "0.0.0.0"] {
        let gate = Gate::with(names(&[inside]), []).unwrap();
        let url = format!("http://inside.example:{port}/");
        let refused = gate.guarded.post(&url).send().await.unwrap_err();
        assert!(refused.is_connect(), "{inside}: {refused}");
        let EgressError::Failed(why) = failed(refused) else { panic!("{inside}") };
        assert!(why.contains("anybody can reach") && !why.contains("inside.example:"), "{why}");
    }
    // What was looked up at one time isn't asked at another.
    let moving = names(&["192.0.2.1", "127.0.0.1"]);
    let gate = Gate::with(moving.clone(), []).unwrap();
    for _ in 0..3 {
        let url = format!("http://moving.example:{port}/");
        assert!(gate.guarded.post(&url).send().await.is_err());
    }
    assert_eq!(moving.asked.load(Ordering::Relaxed), 3, "each request looks again");
    assert_eq!(came.load(Ordering::Relaxed), 0, "nobody came");
    let before = gate.post(Outgoing {
        url: format!("http://127.0.0.1:{port}/"),
        headers: Vec::new(),
        body: String::new(),
    });
    assert!(matches!(before.await, Err(EgressError::NotAllowed(_))));
    assert_eq!(came.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_no_answer_is_read_beyond_its_limit() {
    let (port, came) = counting().await;
    let gate = Gate::new([format!("127.0.0.1:{port}")]).unwrap();
    let request = Outgoing {
        url: format!("http://127.0.0.1:{port}/"),
        headers: vec![("x-a", "b".to_owned())],
        body: "{}".to_owned(),
    };

    let answer = gate.post(request).await.unwrap();

    assert_eq!((answer.status, answer.body.len()), (302, 64 * 1024));
    assert_eq!(came.load(Ordering::Relaxed), 1);
}
