//! yixian-web
