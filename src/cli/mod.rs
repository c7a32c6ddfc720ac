//! Arguments, printing, exit status.
