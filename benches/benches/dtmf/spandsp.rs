//! spandsp's `dtmf_rx`, as it comes: a C library, and so the one place with unsafe code.
#![allow(unsafe_code, reason = "a C library is called")]

use super::BLOCK;
use std::{
    ffi::{c_char, c_int, c_void},
    ptr::{NonNull, null_mut},
};

/// The library's own state, of which only its address is known here.
#[repr(C)]
struct State {
    opaque: [u8; 0],
}

type Callback = unsafe extern "C" fn(user: *mut c_void, digits: *const c_char, count: c_int);

// As in spandsp's dtmf.h (0.0.6).
#[link(name = "spandsp")]
unsafe extern "C" {
    fn dtmf_rx_init(state: *mut State, callback: Option<Callback>, user: *mut c_void) -> *mut State;
    fn dtmf_rx(state: *mut State, samples: *const i16, count: c_int) -> c_int;
    fn dtmf_rx_get(state: *mut State, digits: *mut c_char, most: c_int) -> usize;
    fn dtmf_rx_free(state: *mut State) -> c_int;
}

/// A receiver, freed with its owner.
struct Receiver(NonNull<State>);

impl Receiver {
    fn new() -> Self {
        // SAFETY: with a null state the library allocates one; it may have no callback, and then no user data either.
        let state = unsafe { dtmf_rx_init(null_mut(), None, null_mut()) };
        Self(NonNull::new(state).expect("spandsp has no memory"))
    }

    fn push(&mut self, samples: &[i16]) {
        // SAFETY: the state lives as long as `self`, and the library reads `samples.len()` samples and keeps none.
        unsafe { dtmf_rx(self.0.as_ptr(), samples.as_ptr(), samples.len() as c_int) };
    }

    /// Takes the digits that were told since the last time, and counts them.
    fn take(&mut self) -> usize {
        let mut digits = [0 as c_char; 129];
        // SAFETY: the state lives as long as `self`; the library writes one less than the room and a final zero.
        unsafe { dtmf_rx_get(self.0.as_ptr(), digits.as_mut_ptr(), digits.len() as c_int - 1) }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // SAFETY: the state came from `dtmf_rx_init`, and nobody uses it after this.
        unsafe { dtmf_rx_free(self.0.as_ptr()) };
    }
}

/// Hears all of it in blocks; how many digits were told.
pub(crate) fn hear(samples: &[i16]) -> usize {
    let mut receiver = Receiver::new();
    let digits = samples.chunks(BLOCK).map(|block| {
        receiver.push(block);
        receiver.take()
    });
    digits.sum()
}
