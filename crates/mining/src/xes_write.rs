//! XES out: one flat log per case notion (IEEE 1849).
