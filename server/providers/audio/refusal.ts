/** Sound in a form that nobody here reads: the student is told its name and what to do. */
export class Refusal extends Error {
  override name = "Refusal";
  /** @param withFfmpeg whether this server has ffmpeg already */
  constructor(what: string, withFfmpeg = false) {
    const said = {
      message: withFfmpeg
        ? `This is ${what}, which this server cannot read. Convert it to MP3, M4A or WAV and upload that.`
        : `This is ${what}, which this server cannot read. Convert it to MP3, M4A or WAV and ` +
          "upload that, or ask whoever runs this server to install ffmpeg.",
    };
    super(said.message);
  }
}
