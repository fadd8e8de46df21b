//! The audio thread's part does not allocate. Every callback of every test of this crate runs in the trap of
//! `afterbeep_capture::proof`, where an allocation ends the process; here all is called that there is, and the trap is tried.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod bait;

use afterbeep_capture::callback::{DeviceSample, Fault, Taken, input, output};
use assert_no_alloc::assert_no_alloc;
use bait::{AllocatingSample, Bait, CHANNELS, SANITIZED, for_every_format, sinner, tempted};

fn check<T: DeviceSample>() {
    for channels in CHANNELS {
        let (tap, mut ear) = input(1_000, channels);
        let (mut sound, mut mouth) = output(1_000, channels);
        let mut data = vec![T::from_i16(1_000); 700 * usize::from(channels)];
        let mut mono = [0; 480];
        let mut tap = tap.only((channels > 4).then_some(1));
        // Both ends of both rings: the working thread's, too.
        assert_no_alloc(|| {
            for _ in 0..40 {
                tap.on_audio(&data); // overflows again and again
                while let Taken::Samples(_) | Taken::Lost(_) = ear.take(&mut mono) {}
                tap.state().report(Fault::Xrun);
                mouth.say(&mono);
                sound.on_audio(&mut data); // runs dry
                mouth.cut();
            }
        });
        assert!(ear.lost_at_the_end() <= ear.lost());
    }
}

#[test]
fn no_format_and_no_channel_count_allocates() {
    for_every_format!(check);
}

#[test]
fn converting_rates_does_not_allocate_once_there_is_room() {
    for (from, to) in [(48_000, 16_000), (16_000, 48_000), (44_100, 16_000), (8_000, 44_100)] {
        let mut resampler = afterbeep::Resampler::between(from, to).unwrap();
        let mut out = Vec::with_capacity(resampler.max_output(480) * 2);
        let frame = [500; 480];
        assert_no_alloc(|| {
            for _ in 0..100 {
                out.clear();
                resampler.process(&frame, &mut out);
            }
            out.clear();
            resampler.finish(&mut out);
        });
    }
}

#[test]
fn the_trap_catches_an_allocation_in_either_callback() {
    let name = "the_trap_catches_an_allocation_in_either_callback";
    match tempted().as_deref() {
        Some("input") => {
            let bait = Bait(|| drop(std::hint::black_box(vec![0i16; 480])));
            return input(1_000, 1).0.on_audio(&[bait]);
        }
        Some(_) => {
            let (mut tap, mut mouth) = output(10, 1);
            mouth.say(&[1]);
            return tap.on_audio(&mut [AllocatingSample]);
        }
        None => {}
    }
    for direction in ["input", "output"] {
        let (status, said) = sinner(name, direction);
        assert!(!status.success(), "the child allocated in the {direction} callback and lived");
        let trapped = said.contains("memory allocation of 960 bytes failed");
        // Which may be first to see the allocator's last words.
        let seen_by_sanitizer = SANITIZED && said.contains("RealtimeSanitizer");
        assert!(trapped || seen_by_sanitizer, "{direction}: {said}");
    }
}
