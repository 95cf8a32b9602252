//! Lines of plugins, written through the host's subscriber. `tracing` wants its level and target at compile time, so the
//! plugin's own target and fields travel as values.

use otai_interface::model::LogRecord;
use tracing::Level;

const TARGET: &str = "otai::plugin";

pub(super) fn enabled(level: u32) -> bool {
    match level {
        1 => tracing::enabled!(target: TARGET, Level::ERROR),
        2 => tracing::enabled!(target: TARGET, Level::WARN),
        3 => tracing::enabled!(target: TARGET, Level::INFO),
        4 => tracing::enabled!(target: TARGET, Level::DEBUG),
        _ => tracing::enabled!(target: TARGET, Level::TRACE),
    }
}

pub(super) fn write(instance: &str, record: &LogRecord) {
    macro_rules! line {
        ($level:expr) => {
            tracing::event!(
                target: TARGET,
                $level,
                service = instance,
                at = record.target,
                fields = (!record.fields.is_empty()).then_some(record.fields.as_str()),
                "{}",
                record.message
            )
        };
    }
    match record.level {
        1 => line!(Level::ERROR),
        2 => line!(Level::WARN),
        3 => line!(Level::INFO),
        4 => line!(Level::DEBUG),
        _ => line!(Level::TRACE),
    }
}
