//! A server on this machine that answers as it is told: well, badly, or never.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A server for as long as the value lives.
pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    is_closed: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `/index/till/`
    pub path: String,
    /// By their names in small letters.
    pub headers: BTreeMap<String, String>,
}

/// What is answered.
pub enum Reply {
    /// These bytes, and the end.
    Raw(Vec<u8>),
    /// These bytes, then these again and again, a pause before each, for at most a minute.
    Again(Vec<u8>, Vec<u8>, Duration),
}

impl Server {
    /// A server that answers each request, by its path and headers.
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut server = Self {
            address: listener.local_addr().unwrap(),
            asked: Arc::default(),
            is_closed: Arc::default(),
            listening: None,
        };
        let (asked, is_closed) = (server.asked.clone(), server.is_closed.clone());
        let answer = Arc::new(answer);
        server.listening = Some(thread::spawn(move || {
            for stream in listener.incoming() {
                if is_closed.load(Ordering::Relaxed) {
                    break;
                }
                let (asked, answer, is_closed) = (asked.clone(), answer.clone(), is_closed.clone());
                thread::spawn(move || {
                    // A client that has had enough hangs up, and that is its right.
                    let _ = serve(stream.unwrap(), &asked, &*answer, &is_closed);
                });
            }
        }));
        server
    }

    /// The address of a path on the server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths that were asked for, in the order of their coming.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }

    /// The requests, in the order of their coming.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        // The last connection wakes the listener, and from then on nobody is there.
        let _ = TcpStream::connect(self.address);
        let _ = self.listening.take().map(JoinHandle::join);
    }
}

impl Reply {
    /// A whole answer with a status, headers and a body whose length is told truly.
    pub fn of(status: u16, headers: &[&str], body: &str) -> Self {
        let length = format!("content-length: {}", body.len());
        let headers: Vec<&str> = headers.iter().copied().chain([length.as_str()]).collect();
        Self::raw(status, &headers, body)
    }

    /// A page of the simple API.
    pub fn json(body: &str) -> Self {
        Self::of(200, &[JSON], body)
    }

    /// An answer with these headers and no others.
    pub fn raw(status: u16, headers: &[&str], body: &str) -> Self {
        Self::Raw([head(status, headers), body.as_bytes().to_vec()].concat())
    }
}

/// The type of a page of the simple API.
pub const JSON: &str = "content-type: application/vnd.pypi.simple.v1+json";

/// The first lines of an answer.
pub fn head(status: u16, headers: &[&str]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    (head + "\r\n").into_bytes()
}

fn serve(
    mut stream: TcpStream,
    all: &Mutex<Vec<Asked>>,
    answer: &dyn Fn(&Asked) -> Reply,
    is_closed: &AtomicBool,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    let path = first.split(' ').nth(1).unwrap_or("").to_owned();
    let mut asked = Asked { path, headers: BTreeMap::new() };
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        asked.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    all.lock().unwrap().push(asked.clone());
    match answer(&asked) {
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Again(first, again, pause) => {
            stream.write_all(&first)?;
            let mut left = Duration::from_secs(60);
            while !is_closed.load(Ordering::Relaxed) && !left.is_zero() {
                thread::sleep(pause);
                left = left.saturating_sub(pause.max(Duration::from_micros(50)));
                stream.write_all(&again)?;
            }
            Ok(())
        }
    }
}
