//! The command line: one source for parsing, help, man page and completions.

use std::{path::PathBuf, time::Duration};

use afterbeep::{Channel, RecordingRate, StopTones, Timeout};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Please leave your message after the beep, done right.
#[derive(Debug, Parser)]
#[command(name = "afterbeep", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Record one message: prompt, beep, wait, speech, pause, file
    ///
    /// Exit codes: 0 completed (stop tone, pause, maximum duration); 10 nobody spoke; 11 the prompt cannot be played;
    /// 12 the beep cannot be played; 13 no audio arrived; 130 cancelled; 1 anything else failed; 2 the command line, the
    /// input or the output is wrong, and nothing was written.
    Record(Box<RecordArguments>),
    /// Show the digits and the speech in audio files
    Analyze(AnalyzeArguments),
    /// List hosts, inputs and outputs of this machine
    ///
    /// Beside what is listed, an audio file can stand for a microphone: `--device file:caller.wav`. It comes at the speed of its
    /// samples, from the moment it is opened, and silence follows its end. Options stand behind a `?`, with commas between
    /// them: `file:caller.wav?fast` comes as fast as it is read, `?once` ends as a device that is gone, `?loop` begins again.
    /// A file's name that has a `?` needs another one at its end.
    Devices(DevicesArguments),
    /// Listen for 3 s, beep, and say what is right and wrong with this machine's sound
    ///
    /// Speak while it listens. It looks at devices, permission, level, noise, hum, the clock, losses, priority, the beep and the disk;
    /// what is not right comes with the next step. Exit codes: 0 nothing is wrong (there may be notes); else what `record`
    /// would leave with: 2 the microphone, the loudspeaker or the folder cannot be used; 13 no audio arrived; 12 the beep
    /// cannot be played; 1 anything else is wrong.
    Doctor(DoctorArguments),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// Read the caller from a file (WAV, FLAC, MP3, Ogg Vorbis; 8–192 kHz), or WAV from standard input with `-`, instead
    /// of from a sound card. After its end, silence follows
    #[arg(long, value_name = "FILE|-", help_heading = "Sound")]
    pub(crate) input: Option<PathBuf>,
    /// Microphone, by id or name (see `afterbeep devices`), or `file:caller.wav`: a file in its place
    #[arg(long, value_name = "NAME", conflicts_with = "input", help_heading = "Sound")]
    pub(crate) device: Option<String>,
    /// Go on with another microphone if it becomes the default one, instead of waiting for the first
    #[arg(long, conflicts_with_all = ["input", "device"], help_heading = "Sound")]
    pub(crate) follow_default: bool,
    /// Sound system (see `afterbeep devices`)
    #[arg(long, value_name = "NAME", conflicts_with = "input", help_heading = "Sound")]
    pub(crate) host: Option<String>,
    /// Loudspeaker for prompt and beep, by id or name; with a file as the microphone there is none unless named here
    #[arg(long, value_name = "NAME", conflicts_with = "input", help_heading = "Sound")]
    pub(crate) output_device: Option<String>,
    /// Channel of a microphone or file that has several: left, right, the mean of all (mix), or its number from 1
    #[arg(long, value_name = "left|right|mix|N", default_value = "mix", help_heading = "Sound")]
    pub(crate) channel: Channel,
    /// Pace the input file as a sound card would
    #[arg(long, requires = "input", help_heading = "Sound")]
    pub(crate) real_time: bool,
    /// Hear the input file while prompt and beep play, as on a line, instead of holding it until the recording begins
    #[arg(long, requires = "input", help_heading = "Sound")]
    pub(crate) full_duplex: bool,

    /// Where the recording goes
    #[arg(long, value_name = "FILE.wav", help_heading = "Recording")]
    pub(crate) output: PathBuf,
    /// Replace the output if it exists
    #[arg(long, help_heading = "Recording")]
    pub(crate) force: bool,
    /// Sampling rate of the recording, in Hz: 8000, 16000, 24000, 44100 or 48000
    #[arg(long, value_name = "HZ", default_value = "16000", value_parser = recording_rate, help_heading = "Recording")]
    pub(crate) rate: RecordingRate,
    /// End the file 200 ms after the last speech instead of at the end of the pause
    #[arg(long, help_heading = "Recording")]
    pub(crate) trim_silence: bool,

    /// Play this file before the recording
    #[arg(long, value_name = "FILE", help_heading = "Before the recording")]
    pub(crate) prompt: Option<PathBuf>,
    /// What cuts the prompt short
    #[arg(long, value_name = "BY", default_value = "none", help_heading = "Before the recording")]
    pub(crate) prompt_interruption: InterruptedBy,
    /// Keep speech that starts during the beep
    #[arg(long, help_heading = "Before the recording")]
    pub(crate) pre_roll: bool,
    /// Do not beep
    #[arg(long, help_heading = "Before the recording")]
    pub(crate) no_beep: bool,

    /// Digits that end the recording, such as "#1*"
    #[arg(
        long,
        value_name = "DIGITS",
        default_value = "",
        hide_default_value = true,
        help_heading = "When it ends"
    )]
    pub(crate) stop_tones: StopTones,
    /// Every digit ends the recording
    #[arg(long, help_heading = "When it ends")]
    pub(crate) any_key_stops: bool,
    /// Longest silence before the caller speaks, in seconds: 0.1–120
    #[arg(long, value_name = "S", default_value = "5", value_parser = timeout, allow_negative_numbers = true, help_heading = "When it ends")]
    pub(crate) initial_silence_timeout: Duration,
    /// Longest pause after the caller spoke, in seconds: 0.1–120
    #[arg(long, value_name = "S", default_value = "5", value_parser = timeout, allow_negative_numbers = true, help_heading = "When it ends")]
    pub(crate) max_silence_timeout: Duration,
    /// Longest recording, in seconds: 0.1–120
    #[arg(long, value_name = "S", default_value = "5", value_parser = timeout, allow_negative_numbers = true, help_heading = "When it ends")]
    pub(crate) max_duration: Duration,
    /// Shorter messages are not kept, in seconds: 0–120
    #[arg(long, value_name = "S", default_value = "0", value_parser = min_duration, allow_negative_numbers = true, help_heading = "When it ends")]
    pub(crate) min_duration: Duration,

    /// How far above the noise a sound must rise to be speech, in dB: 3–30
    #[arg(
        long,
        value_name = "DB",
        default_value = "9",
        allow_negative_numbers = true,
        help_heading = "What is speech"
    )]
    pub(crate) sensitivity: f32,
    /// How long a sound must last to be speech, in seconds: 0.02–1
    #[arg(long, value_name = "S", default_value = "0.1", value_parser = min_speech, allow_negative_numbers = true, help_heading = "What is speech")]
    pub(crate) min_speech: Duration,

    /// What to print
    #[arg(long, default_value = "text", help_heading = "What to see")]
    pub(crate) format: RecordFormat,
    /// Write every 10 ms as the detectors saw them, one JSON object per line
    #[arg(long, value_name = "FILE", help_heading = "What to see")]
    pub(crate) trace: Option<PathBuf>,
    /// Draw waveform, phases, speech and digits
    #[arg(long, value_name = "FILE.svg", help_heading = "What to see")]
    pub(crate) picture: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AnalyzeArguments {
    /// Audio files: WAV, FLAC, MP3, Ogg Vorbis; 8–192 kHz
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Channel of files that have several: left, right, the mean of all (mix), or its number from 1
    #[arg(long, value_name = "left|right|mix|N", default_value = "mix")]
    pub(crate) channel: Channel,
    /// What to print
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct DevicesArguments {
    /// What to print
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Microphone, by id or name (see `afterbeep devices`), or `file:caller.wav`: a file in its place
    #[arg(long, value_name = "NAME")]
    pub(crate) device: Option<String>,
    /// Sound system (see `afterbeep devices`)
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
    /// Loudspeaker for the beep, by id or name; with a file as the microphone there is no beep unless one is named here
    #[arg(long, value_name = "NAME")]
    pub(crate) output_device: Option<String>,
    /// Channel of a microphone that has several: left, right, the mean of all (mix), or its number from 1
    #[arg(long, value_name = "left|right|mix|N", default_value = "mix")]
    pub(crate) channel: Channel,
    /// Keep speech that starts during the beep
    #[arg(long, help_heading = "Before the recording")]
    pub(crate) pre_roll: bool,
    /// Do not beep
    #[arg(long)]
    pub(crate) no_beep: bool,
    /// Where recordings go: the folder whose disk is looked at
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// What to print
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    Text,
    /// For a program: one object per line
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecordFormat {
    /// For a person
    Text,
    /// For a program: the result, one object on one line
    Json,
    /// For a program: every event as it happens, one object per line, the result last
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InterruptedBy {
    /// Nothing
    None,
    /// A digit
    Dtmf,
    /// Speech
    Speech,
    /// A digit or speech
    Any,
}

fn recording_rate(text: &str) -> Result<RecordingRate, String> {
    let hz: u32 = text.parse().map_err(|_| format!("{text} is no number of Hz"))?;
    RecordingRate::try_from(hz).map_err(|error| error.to_string())
}

fn seconds(text: &str, range: &str) -> Result<Duration, String> {
    let seconds: f64 =
        text.parse().map_err(|_| format!("{text} is no number of seconds; {range} s are allowed"))?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("{text} s is outside of {range} s"))
}

fn timeout(text: &str) -> Result<Duration, String> {
    let duration = seconds(text, "0.1–120")?;
    let timeout = Timeout::new(duration).ok_or_else(|| format!("{text} s is outside of 0.1–120 s"))?;
    Ok(timeout.duration())
}

fn min_duration(text: &str) -> Result<Duration, String> {
    let duration = seconds(text, "0–120")?;
    if duration > Timeout::MAX.duration() {
        return Err(format!("{text} s is outside of 0–120 s"));
    }
    Ok(duration)
}

fn min_speech(text: &str) -> Result<Duration, String> {
    let duration = seconds(text, "0.02–1")?;
    afterbeep::VadSettings::default().with_min_speech(duration).map_err(|error| error.to_string())?;
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_out_of_range_are_refused_with_the_range() {
        for text in ["0", "-1", "121", "nan", "inf", "1e400", "", "five", "0.09"] {
            let error = timeout(text).unwrap_err();
            assert!(error.contains("0.1–120"), "{text}: {error}");
        }
        assert_eq!(timeout("1.5"), Ok(Duration::from_millis(1500)));
    }
}
