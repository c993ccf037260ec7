package org.vpnprobe.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What a carrier of the lab can do to traffic, with an example of each: the page of the lab. */
public final class Repertoire {
  private Repertoire() {}

  /**
   * One thing.
   *
   * @param chapter what it belongs to
   * @param happens for a person
   * @param example what stands under {@code via: {lab: {…}}}
   */
  public record Act(String chapter, String happens, String example) {}

  /** All of them, in the order of the page. */
  public static List<Act> acts() {
    try (InputStream in = Repertoire.class.getResourceAsStream("interference.tsv")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", 3))
          .map(fields -> new Act(fields[0], fields[1], fields[2]))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("the shipped table cannot be read", e);
    }
  }
}
