#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| limpid_fuzz::run("sessions", input));
