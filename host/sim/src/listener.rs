//! Connections that can be torn down from inside a request.
//!
//! A handler of axum cannot refuse to answer. So every connection carries a switch: once thrown, nothing more is
//! written to the socket, and closing it sends a reset instead of an orderly end.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The switch of one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kill(Arc<AtomicBool>);

impl Kill {
    pub(crate) fn now(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn thrown(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A listener whose connections obey their own switch and the one for all of them.
pub(crate) struct Sockets {
    pub(crate) inner: TcpListener,
    pub(crate) all: Kill,
}

/// One connection.
pub(crate) struct Socket {
    stream: TcpStream,
    own: Kill,
    all: Kill,
}

impl Socket {
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
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.alive()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.alive()?;
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
