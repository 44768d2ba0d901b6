//! The log: lines to standard error. A line that cannot be written (a full disk, a closed pipe) is lost and counted;
//! whoever wrote it goes on. It does not know what is logged.

use std::io::{Stderr, Write, stderr};

/// Lines that could not be written.
const LOST: &str = "yixian_log_lines_lost_total";

/// Standard error, which never fails its writer: `tracing` would print its complaint to the same place, and that panics
/// in the middle of somebody's request.
struct Forgiving(Stderr);

impl Write for Forgiving {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        if self.0.write_all(line).is_err() {
            metrics::counter!(LOST).increment(1);
        }
        Ok(line.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Begins to log, as far as `YIXIAN_LOG` asks for; as JSON for machines.
pub(crate) fn begin(json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YIXIAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,yixian=info"));
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Forgiving(stderr()));
    if json { base.json().init() } else { base.init() }
}
