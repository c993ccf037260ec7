package org.vpnprobe.config.imports;

/**
 * A format of another program. A reader of one is straight-line code: it looks at the source and
 * says of every entry what becomes of it. It throws nothing: what it cannot read it rejects. Lines
 * that it says nothing of are rejected for it.
 */
public interface ImportFormat {
  /** The word for {@code --as}. */
  String name();

  /** What it is, in a line. */
  String summary();

  /**
   * True when a source looks like this format and like no other that comes later in {@link
   * ImportFormats}. Must be quick: it is asked for every source.
   */
  boolean recognizes(Source source);

  /** Reads a source; also one that it does not recognize, when the user says that it is one. */
  void read(Source source, Account account);
}
