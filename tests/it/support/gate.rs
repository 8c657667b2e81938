//! A loopback server in front of the service of a world, which can kill its caller at any request.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::pin::pin;
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use taskloom::emulator::{ApiAnswer, ApiRequest, CallEnding, Service};

use super::world::World;

/// A wait for the disk ends after this many polls, since there may be no further change.
const N_LOOKS_MAX: usize = 20_000;

/// When a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// At which of its requests, counted from 1; 0: as soon as it has started.
    pub request: u64,
    /// At which moment of that request.
    pub moment: Moment,
}

/// A moment of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// It arrived and is not carried out.
    Before,
    /// It arrived; a create is carried out after later processes have sent this many more requests,
    /// anything else never.
    Late(u64),
    /// It was carried out, and nothing of the response has been sent.
    After,
    /// This many thousandths of the response have been sent.
    Within(usize),
    /// The response has been sent, and the gate has yielded this often.
    Answered(usize),
    /// The response has been sent, and journal or state file have changed this often since then.
    Disk(usize),
}

/// The server.
#[derive(Debug)]
pub struct Gate {
    address: SocketAddr,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: Arc<Service>,
    state: PathBuf,
    n_requests: AtomicU64,
    n_open: Mutex<usize>,
    closed: Condvar,
    target: Mutex<Option<Target>>,
    /// Late requests of dead processes, with the request number for which they wait.
    late: Mutex<Vec<(u64, ApiRequest)>>,
}

#[derive(Clone, Debug)]
struct Target {
    fate: Fate,
    process: Arc<Mutex<Child>>,
    first: u64,
    has_ended: Arc<AtomicBool>,
}

/// A fingerprint of the files of a state.
type Look = [Option<(u64, u64, i64, i64)>; 2];

impl Gate {
    /// Opens a gate to the service of a world.
    pub fn open(world: &World) -> Gate {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            service: Arc::clone(&world.service),
            state: world.state_file(),
            n_requests: AtomicU64::new(0),
            n_open: Mutex::new(0),
            closed: Condvar::new(),
            target: Mutex::new(None),
            late: Mutex::new(Vec::new()),
        });
        let served = Arc::clone(&inner);
        // It ends with the test process, since an accepting thread cannot be stopped.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *served.n_open.lock().unwrap() += 1;
                let inner = Arc::clone(&served);
                thread::spawn(move || {
                    inner.serve(stream);
                    *inner.n_open.lock().unwrap() -= 1;
                    inner.closed.notify_all();
                });
            }
        });
        Gate { address, inner }
    }

    /// Returns the address for `--endpoint`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of requests since it was opened.
    pub fn n_requests(&self) -> u64 {
        self.inner.n_requests.load(Ordering::SeqCst)
    }

    /// Sets when a process is killed. The caller sets the result once the process has ended.
    pub fn aim(&self, process: &Arc<Mutex<Child>>, fate: Fate) -> Arc<AtomicBool> {
        let has_ended = Arc::new(AtomicBool::new(false));
        let (process, first) = (Arc::clone(process), self.n_requests());
        let target = Target { fate, process, first, has_ended: Arc::clone(&has_ended) };
        if fate.request == 0 {
            self.inner.follow(target);
        } else {
            *self.inner.target.lock().unwrap() = Some(target);
        }
        has_ended
    }

    /// Carries out all late requests.
    pub fn deliver(&self) {
        self.inner.deliver(u64::MAX);
    }

    /// Waits until everything that ended processes have sent is carried out.
    pub fn rest(&self) {
        *self.inner.target.lock().unwrap() = None;
        // Connections are accepted in order: when this one has been, all earlier ones have.
        let mut last = TcpStream::connect(self.address).unwrap();
        last.shutdown(Shutdown::Write).unwrap();
        assert_eq!(last.read(&mut [0]).unwrap(), 0);
        let open = self.inner.n_open.lock().unwrap();
        drop(self.inner.closed.wait_while(open, |n_open| *n_open > 0).unwrap());
    }
}

impl Inner {
    fn serve(self: &Arc<Self>, stream: TcpStream) {
        stream.set_nodelay(true).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        while let Some(request) = read(&mut reader) {
            let number = self.n_requests.fetch_add(1, Ordering::SeqCst) + 1;
            let target = self.target.lock().unwrap().clone();
            let target = target.filter(|target| target.first + target.fate.request == number);
            let moment = target.as_ref().map(|target| target.fate.moment);
            let kill = || target.as_ref().map(Target::kill);
            self.deliver(number);
            match moment {
                Some(Moment::Before) => {
                    kill();
                    return;
                }
                Some(Moment::Late(n)) => {
                    kill();
                    let is_create = |name: &str| name.starts_with("Create");
                    if request.header("x-tc-action").is_some_and(is_create) {
                        self.late.lock().unwrap().push((number + n, request));
                    }
                    return;
                }
                Some(Moment::After | Moment::Within(_) | Moment::Answered(_) | Moment::Disk(_))
                | None => {}
            }
            let CallEnding::Answered(answer) = at_once(self.service.answer(&request)) else {
                return;
            };
            let bytes = bytes(answer);
            match moment {
                Some(Moment::After) => {
                    kill();
                    return;
                }
                Some(Moment::Within(thousandths)) => {
                    let _ = stream.write_all(&bytes[..bytes.len() * thousandths / 1000]);
                    kill();
                    return;
                }
                // A process that was killed meanwhile does not read any more.
                Some(Moment::Before | Moment::Late(_) | Moment::Answered(_) | Moment::Disk(_))
                | None => {
                    if stream.write_all(&bytes).is_err() {
                        return;
                    }
                }
            }
            if let Some(target) = target {
                self.follow(target);
            }
        }
    }

    fn deliver(&self, number: u64) {
        let mut late = self.late.lock().unwrap();
        for (_, request) in late.extract_if(.., |(due, _)| *due <= number) {
            at_once(self.service.answer(&request));
        }
    }

    /// Kills a process later, while it continues.
    fn follow(self: &Arc<Self>, target: Target) {
        let inner = Arc::clone(self);
        thread::spawn(move || {
            match target.fate.moment {
                Moment::Answered(n_yields) => (0..n_yields).for_each(|_| thread::yield_now()),
                Moment::Disk(n) => inner.wait_for_changes(n, &target.has_ended),
                Moment::Before | Moment::Late(_) | Moment::After | Moment::Within(_) => {}
            }
            target.kill();
        });
    }

    fn wait_for_changes(&self, n: usize, has_ended: &AtomicBool) {
        let mut last = self.look();
        let mut n_left = n;
        for _ in 0..N_LOOKS_MAX {
            if n_left == 0 || has_ended.load(Ordering::SeqCst) {
                return;
            }
            thread::yield_now();
            let now = self.look();
            if now != last {
                n_left -= 1;
                last = now;
            }
        }
    }

    fn look(&self) -> Look {
        let mut journal = self.state.clone().into_os_string();
        journal.push(".journal");
        [self.state.clone(), PathBuf::from(journal)].map(|path| {
            let data = fs::metadata(path).ok()?;
            Some((data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
        })
    }
}

impl Target {
    /// SIGKILL, unless the process has been waited for.
    fn kill(&self) {
        if !self.has_ended.load(Ordering::SeqCst) {
            let mut process = self.process.lock().unwrap();
            let _ = process.kill();
            process.wait().unwrap();
        }
    }
}

/// Returns the result of a call of the service, which has no latency and so ends immediately.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the service takes its time"),
    }
}

/// Reads a request; None when the other side closes before its end.
fn read(reader: &mut BufReader<TcpStream>) -> Option<ApiRequest> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        match line.strip_suffix("\r\n")? {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines.first()?.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let header = |line: &String| line.split_once(':').map(|(n, v)| (n.to_owned(), v.to_owned()));
    let headers = lines.iter().skip(1).filter_map(header).collect();
    let mut request = ApiRequest { method, path, headers, body: Vec::new() };
    let n_bytes = request.header("content-length")?.parse().unwrap();
    request.body = vec![0; n_bytes];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn bytes(answer: ApiAnswer) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} Told\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
    [head.into_bytes(), answer.body].concat()
}
