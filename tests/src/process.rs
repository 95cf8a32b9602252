//! Running otai: in a folder of its own, with a deadline, never left behind.

use std::{
    fmt,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{KEY, built};

/// Longest that any command may take unless a test says otherwise; reached only when something hangs.
const DEADLINE: Duration = Duration::from_secs(60);

/// A folder with a config, in which otai is run.
#[derive(Debug)]
pub struct Place {
    dir: TempDir,
}

impl Place {
    /// A folder with this `config.yml`.
    pub fn new(config: impl fmt::Display) -> Self {
        let place = Self {
            dir: TempDir::with_prefix("otai-").expect("a temporary folder"),
        };
        place.write("config.yml", config.to_string());
        place
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let file = self.path().join(name);
        std::fs::create_dir_all(file.parent().expect("it lies in the folder")).expect("a folder");
        std::fs::write(&file, content).expect("a file");
        file
    }

    /// The command, with the key of the simulated desk in the environment.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&built().otai);
        command
            .args(args)
            .current_dir(self.path())
            .env("FRESHDESK_API_KEY", KEY)
            .env_remove("OTAI_LOG")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null());
        command
    }

    /// Starts otai.
    #[must_use]
    pub fn start(&self, args: &[&str]) -> Running {
        Running::start(self.command(args))
    }

    /// Runs otai to its end.
    pub fn otai(&self, args: &[&str]) -> Ended {
        self.start(args).wait(DEADLINE)
    }

    /// Runs otai with an exit code of 0 to its end and reads the JSON that it prints.
    pub fn json(&self, args: &[&str]) -> Value {
        let ended = self.otai(args);
        assert_eq!(ended.code, Some(0), "{ended}");
        ended.json()
    }
}

/// otai at work. Killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    started: Instant,
    out: Stream,
    err: Stream,
    name: String,
}

/// What a process has written so far.
#[derive(Debug)]
struct Stream(Arc<Mutex<Vec<u8>>>, Option<JoinHandle<()>>);

impl Stream {
    fn new(mut pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 8192];
            while let Ok(n @ 1..) = pipe.read(&mut chunk) {
                into.lock().expect("no reader panics").extend_from_slice(&chunk[..n]);
            }
        });
        Self(text, Some(reader))
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no reader panics")).into_owned()
    }

    fn whole(&mut self) -> String {
        if let Some(reader) = self.1.take() {
            reader.join().expect("a reader ends with its pipe");
        }
        self.so_far()
    }
}

impl Running {
    /// Starts a command.
    #[must_use]
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let out = Stream::new(child.stdout.take().expect("piped"));
        let err = Stream::new(child.stderr.take().expect("piped"));
        let name = format!("{:?}", command.get_args().collect::<Vec<_>>());
        Self {
            child,
            started: Instant::now(),
            out,
            err,
            name,
        }
    }

    /// What it has logged so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.err.so_far()
    }

    /// True while it works.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end: SIGTERM.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("there is a `kill`");
        assert!(status.success(), "{} could not be sent a signal", self.name);
    }

    /// Kills it: SIGKILL.
    pub fn kill(mut self) -> Ended {
        self.child
            .kill()
            .expect("a child that was not waited for can be killed");
        self.wait(DEADLINE)
    }

    /// Waits for its end; after the deadline it is killed and the test fails.
    pub fn wait(mut self, deadline: Duration) -> Ended {
        let end = Instant::now() + deadline;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return self.ended(status);
            }
            if Instant::now() > end {
                let _ = self.child.kill();
                let _ = self.child.wait();
                panic!(
                    "{} did not end within {deadline:?}; it said:\n{}",
                    self.name,
                    self.err.whole()
                );
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn ended(&mut self, status: ExitStatus) -> Ended {
        Ended {
            code: status.code(),
            stdout: self.out.whole(),
            stderr: self.err.whole(),
            took: self.started.elapsed(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a command ended. `Display` shows all of it.
#[derive(Debug, Clone)]
pub struct Ended {
    /// `None`: a signal ended it.
    pub code: Option<i32>,
    /// Data.
    pub stdout: String,
    /// Log and complaints.
    pub stderr: String,
    /// From start to end.
    pub took: Duration,
}

impl Ended {
    /// The JSON on stdout.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("no JSON ({e}): {self}"))
    }

    /// Fails the test unless it ended with this code and says all of this on stderr.
    #[track_caller]
    pub fn says(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{self}");
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is missing: {self}");
        }
        self
    }

    /// Fails the test unless stderr is a sentence for an admin and not a trace for a programmer.
    #[track_caller]
    pub fn is_for_people(&self) -> &Self {
        for word in [
            "panicked at",
            "stack backtrace",
            "RUST_BACKTRACE",
            "Err(",
            "Some(",
            "core::",
        ] {
            assert!(!self.stderr.contains(word), "`{word}`: {self}");
        }
        self
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
            took,
        } = self;
        write!(
            f,
            "exit code {code:?} after {took:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}
