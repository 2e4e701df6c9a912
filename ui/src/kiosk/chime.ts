const NOTES_HZ = [659.25, 880];
const NOTE_S = 0.18;

/** Two soft notes, so that the desk hears that somebody asked. Silence is fine where there is no sound. */
export async function chime(): Promise<void> {
  try {
    const audio = new AudioContext();
    NOTES_HZ.forEach((hertz, at) => {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      const from = audio.currentTime + at * NOTE_S;
      tone.frequency.value = hertz;
      loudness.gain.setValueAtTime(0.12, from);
      loudness.gain.exponentialRampToValueAtTime(0.001, from + NOTE_S * 2);
      tone.connect(loudness).connect(audio.destination);
      tone.start(from);
      tone.stop(from + NOTE_S * 2);
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await audio.close();
  } catch {
    // A kiosk without sound still shows the reference.
  }
}
