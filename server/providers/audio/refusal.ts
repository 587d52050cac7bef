/** Sound in a form that nobody here reads: the student is told its name and what to do. */
export class Refusal extends Error {
  override name = "Refusal";
  constructor(what: string) {
    super(
      `This is ${what}, which this server cannot read. Convert it to MP3, M4A or WAV and upload that, or ask whoever runs this server to install ffmpeg.`,
    );
  }
}
