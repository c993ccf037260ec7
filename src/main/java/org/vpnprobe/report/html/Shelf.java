package org.vpnprobe.report.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vpnprobe.model.Report;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Dossier;

/**
 * The stories that the page holds, drawn: those of cells that are not as expected first, then of
 * all that did not come through, then the rest, until the shelf is full. A page for thousands of
 * cells stays one that a browser opens and a mail carries.
 *
 * @param failing of cells that did not come through; markup, made and escaped by the template
 * @param through of those that did
 * @param numbers from 1, by cell
 * @param left cells whose story is not on the page
 */
public record Shelf(
    List<String> failing, List<String> through, Map<String, Integer> numbers, int left) {
  /** Characters in all. */
  private static final int ROOM = 5_000_000;

  /** Stories in all: each costs time to make. */
  private static final int MOST = 1_500;

  static Shelf of(Dossier dossier, Titles titles) {
    List<String> failing = new ArrayList<>();
    List<String> through = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    int room = ROOM;
    List<Report.Cell> cells = ordered(dossier.report());
    for (Report.Cell cell : cells) {
      if (room <= 0 || numbers.size() == MOST) {
        break;
      }
      int number = numbers.size() + 1;
      Story story =
          Story.of(
              number,
              cell,
              dossier.stories().of(cell.id()),
              dossier.sources().get(cell.endpoint()),
              titles);
      String markup = Drawing.story(story);
      room -= markup.length();
      (cell.state() == State.REACHABLE ? through : failing).add(markup);
      numbers.put(cell.id(), number);
    }
    return new Shelf(failing, through, numbers, cells.size() - numbers.size());
  }

  private static List<Report.Cell> ordered(Report report) {
    Map<String, Role> roles = new HashMap<>();
    report.carriers().forEach(carrier -> roles.put(carrier.name(), carrier.role()));
    return report.cells().stream()
        .sorted(Comparator.comparingInt(cell -> rank(cell, roles)))
        .toList();
  }

  private static int rank(Report.Cell cell, Map<String, Role> roles) {
    int rank =
        switch (cell.state()) {
          case BLOCKED, LIKELY_BLOCKED -> 1;
          case DEGRADED, IMPAIRED -> 2;
          case CONFIG_ERROR -> 3;
          case DOWN -> 4;
          case INSUFFICIENT -> 5;
          case VANTAGE_OFFLINE -> 6;
          case REACHABLE -> 7;
        };
    boolean control = roles.get(cell.carrier()) == Role.CONTROL;
    return (Boolean.FALSE.equals(cell.asExpected()) ? 0 : 20) + rank + (control ? 10 : 0);
  }
}
