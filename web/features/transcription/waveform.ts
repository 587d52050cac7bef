const BARS = 800;

/** Draws peaks (0 to 1) and the progress of an audio element; wavesurfer comes with the first waveform that is shown. */
export function drawWaveform(
  container: HTMLElement,
  media: HTMLAudioElement,
  peaks: number[],
  duration: number,
) {
  let stopped = false;
  let destroy = () => {};
  const colours = getComputedStyle(container);
  void import("wavesurfer.js").then(({ default: WaveSurfer }) => {
    if (stopped) return;
    const surfer = WaveSurfer.create({
      container,
      media,
      peaks: [peaks],
      duration,
      height: 48,
      barWidth: 2,
      barGap: 2,
      barRadius: 2,
      normalize: true,
      interact: false,
      hideScrollbar: true,
      cursorWidth: 0,
      waveColor: colours.getPropertyValue("--line-strong").trim(),
      progressColor: colours.getPropertyValue("--accent").trim(),
    });
    destroy = () => {
      // The element outlives the drawing: wavesurfer would stop it and take its source away.
      surfer.unAll();
      container.replaceChildren();
    };
  });
  return () => {
    stopped = true;
    destroy();
  };
}

/** At 8 kHz a quarter of an hour decodes to some 60 MB. */
export async function measurePeaks(file: ArrayBuffer) {
  const sound = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(file);
  const samples = sound.getChannelData(0);
  const perBar = Math.max(1, Math.floor(samples.length / BARS));
  const peaks: number[] = [];
  for (let from = 0; from < samples.length; from += perBar) {
    let peak = 0;
    for (let at = from; at < Math.min(samples.length, from + perBar); at++)
      peak = Math.max(peak, Math.abs(samples[at]!));
    peaks.push(peak);
  }
  return peaks;
}
