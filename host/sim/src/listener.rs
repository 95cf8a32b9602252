//! Connections that can be torn down from inside a request.
//!
//! A handler of axum cannot refuse to answer. So every connection carries a switch: once thrown, nothing more is
//! written to the socket, and closing it sends a reset instead of an orderly end.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// The switch of one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kill(Arc<Switch>);

#[derive(Debug, Default)]
struct Switch {
    thrown: AtomicBool,
    last_words: OnceLock<Vec<u8>>,
}

impl Kill {
    pub(crate) fn now(&self) {
        self.0.thrown.store(true, Ordering::Release);
    }

    /// Lets these bytes take the place of the answer. The answer itself must announce that the connection closes.
    pub(crate) fn after(&self, last_words: Vec<u8>) {
        // Set twice, it has said its last words already.
        let _ = self.0.last_words.set(last_words);
    }

    fn thrown(&self) -> bool {
        self.0.thrown.load(Ordering::Acquire)
    }
}

/// A listener whose connections obey their own switch and the one for all of them.
pub(crate) struct Sockets {
    pub(crate) inner: TcpListener,
    pub(crate) all: Kill,
    /// How long a connection may lie idle after an answer.
    pub(crate) idle: Option<Duration>,
}

/// One connection.
pub(crate) struct Socket {
    stream: TcpStream,
    own: Kill,
    all: Kill,
    /// How many of the last words are written.
    said: usize,
    idle: Option<Duration>,
    /// Something was written since something was read, so the next move is the client's.
    answered: bool,
    rest: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    /// The rest begins with the next reading, for which hyper has no reason of its own after an answer.
    fn note_answer(&mut self, cx: &Context<'_>) {
        self.answered = true;
        self.rest = None;
        if self.idle.is_some() {
            cx.waker().wake_by_ref();
        }
    }

    /// The end of a connection that has been idle for too long: to the server it looks as if the client had closed it.
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(idle) = self.idle.filter(|_| self.answered) else {
            return Poll::Pending;
        };
        let rest = self.rest.get_or_insert_with(|| Box::pin(tokio::time::sleep(idle)));
        rest.as_mut().poll(cx).map(Ok)
    }

    /// Writes the last words instead of what was to be written. `None`: there are none.
    fn poll_last_words(&mut self, cx: &mut Context<'_>) -> Option<Poll<io::Result<()>>> {
        let words = self.own.0.last_words.get()?;
        while self.said < words.len() {
            match Pin::new(&mut self.stream).poll_write(cx, &words[self.said..]) {
                Poll::Ready(Ok(n)) => self.said += n,
                Poll::Ready(Err(error)) => return Some(Poll::Ready(Err(error))),
                Poll::Pending => return Some(Poll::Pending),
            }
        }
        Some(Poll::Ready(Ok(())))
    }

    fn alive(&self) -> io::Result<()> {
        match self.own.thrown() || self.all.thrown() {
            true => Err(io::ErrorKind::ConnectionReset.into()),
            false => Ok(()),
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.own.thrown() {
            // Best effort: without it the client sees an orderly close, which is a lesser fault, not a wrong one.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl Listener for Sockets {
    type Io = Socket;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Socket, SocketAddr) {
        loop {
            match self.inner.accept().await {
                Ok((stream, addr)) => {
                    // Small answers must not wait for the client's delayed acknowledgement.
                    let _ = stream.set_nodelay(true);
                    return (
                        Socket {
                            stream,
                            own: Kill::default(),
                            all: self.all.clone(),
                            said: 0,
                            idle: self.idle,
                            answered: false,
                            rest: None,
                        },
                        addr,
                    );
                }
                // Out of file descriptors, or the peer has gone already: neither must end the simulator.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl Connected<IncomingStream<'_, Sockets>> for Kill {
    fn connect_info(stream: IncomingStream<'_, Sockets>) -> Self {
        stream.io().own.clone()
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.alive()?;
        let before = buf.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Pending => self.poll_rest(cx),
            read => {
                self.answered &= buf.filled().len() == before;
                self.rest = None;
                read
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.alive()?;
        if let Some(said) = self.poll_last_words(cx) {
            return said.map_ok(|()| buf.len());
        }
        self.note_answer(cx);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.alive()?;
        if let Some(said) = self.poll_last_words(cx) {
            return said.map_ok(|()| bufs.iter().map(|b| b.len()).sum());
        }
        self.note_answer(cx);
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.alive()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.alive()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
