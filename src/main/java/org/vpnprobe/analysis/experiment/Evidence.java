package org.vpnprobe.analysis.experiment;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What all experiments of one suspect showed, and how often. */
public final class Evidence {
  private final Map<Mark, Integer> shown = new EnumMap<>(Mark.class);
  private final List<String> sentences = new ArrayList<>();

  /**
   * Adds a fact.
   *
   * @param times how often it was shown; nothing is added for none
   * @param sentence for a person, with its numbers
   */
  public void add(Mark mark, int times, String sentence) {
    if (times > 0) {
      shown.merge(mark, times, Integer::sum);
      sentences.add(sentence);
    }
  }

  /** How often this was shown. */
  public int shown(Mark mark) {
    return shown.getOrDefault(mark, 0);
  }

  public boolean has(Mark mark) {
    return shown(mark) > 0;
  }

  /** Shown twice: once can be chance. */
  public boolean twice(Mark mark) {
    return shown(mark) >= 2;
  }

  /** One sentence for each fact, in the order of the experiments. */
  public List<String> sentences() {
    return List.copyOf(sentences);
  }
}
