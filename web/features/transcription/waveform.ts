/**
 * Draws peaks (0 to 1) and the progress of an audio element; wavesurfer comes with the first waveform that is shown.
 */
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
