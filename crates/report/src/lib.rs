//! yixian-report
