//! Why a visit is planned, and why another one is not.
