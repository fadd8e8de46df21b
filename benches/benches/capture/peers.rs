//! Our callback, and rings that it could have been built on.

use afterbeep_capture::callback::{Taken, input};
use ringbuf::HeapRb;
use ringbuf::traits::{Consumer, Producer, Split};

use crate::pushes::{CAPACITY, Drain, FRAME, Peer, Source};

/// The whole callback on 16-bit mono: split, convert, push, count.
pub(crate) struct Ours;

impl Peer for Ours {
    const NAME: &'static str = "afterbeep's callback, i16 mono";

    fn ends() -> (Source, Drain) {
        let (mut tap, mut ear) = input(CAPACITY, 1);
        let mut out = [0; FRAME];
        let drain = move || match ear.take(&mut out) {
            Taken::Samples(count) => count,
            Taken::Lost(count) => count as usize,
            _ => 0,
        };
        (Box::new(move |samples| tap.on_audio(samples)), Box::new(drain))
    }
}

/// The same where the sound card gives two channels of floats.
pub(crate) struct OursStereo;

impl Peer for OursStereo {
    const NAME: &'static str = "afterbeep's callback, f32 stereo to mono";

    fn ends() -> (Source, Drain) {
        let (mut tap, mut ear) = input(CAPACITY, 2);
        let data = vec![0.25f32; 2 * FRAME];
        let mut out = [0; FRAME];
        let drain = move || match ear.take(&mut out) {
            Taken::Samples(count) => count,
            Taken::Lost(count) => count as usize,
            _ => 0,
        };
        (Box::new(move |_| tap.on_audio(&data)), Box::new(drain))
    }
}

/// `ringbuf`, which ours is built on, alone.
pub(crate) struct Ringbuf;

impl Peer for Ringbuf {
    const NAME: &'static str = "ringbuf push_slice";

    fn ends() -> (Source, Drain) {
        let (mut push, mut pop) = HeapRb::<i16>::new(CAPACITY).split();
        let mut out = [0; FRAME];
        let source = move |samples: &[i16]| assert_eq!(push.push_slice(samples), FRAME);
        (Box::new(source), Box::new(move || pop.pop_slice(&mut out)))
    }
}

/// `rtrb`.
pub(crate) struct Rtrb;

impl Peer for Rtrb {
    const NAME: &'static str = "rtrb push_entire_slice";

    fn ends() -> (Source, Drain) {
        let (mut push, mut pop) = rtrb::RingBuffer::<i16>::new(CAPACITY);
        let mut out = [0; FRAME];
        let source = move |samples: &[i16]| push.push_entire_slice(samples).unwrap();
        (Box::new(source), Box::new(move || pop.pop_partial_slice(&mut out).0.len()))
    }
}

/// A channel of whole frames.
pub(crate) struct Crossbeam;

impl Peer for Crossbeam {
    const NAME: &'static str = "crossbeam-channel of arrays";

    fn ends() -> (Source, Drain) {
        let (push, pop) = crossbeam_channel::bounded::<[i16; FRAME]>(CAPACITY / FRAME);
        let source = move |samples: &[i16]| push.try_send(samples.try_into().unwrap()).unwrap();
        let drain = move || pop.try_recv().map_or(0, |frame| std::hint::black_box(frame).len());
        (Box::new(source), Box::new(drain))
    }
}
