//! Conformance by rules: which cases broke which rule, and with which event.
