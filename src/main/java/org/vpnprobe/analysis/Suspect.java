package org.vpnprobe.analysis;

import java.time.Duration;
import org.vpnprobe.model.Purpose;

/** Where the examination of one failing cell stands. */
final class Suspect {
  private final String cell;
  private final boolean hasControl;
  private int rounds;
  private int held;
  private boolean begun;
  private boolean inRound;
  private boolean waitsForWitness;
  private int waits;
  private boolean open = true;
  private Duration lastBegan = Duration.ZERO;

  Suspect(String cell, boolean hasControl) {
    this.cell = cell;
    this.hasControl = hasControl;
  }

  String cell() {
    return cell;
  }

  boolean hasControl() {
    return hasControl;
  }

  /** Rounds that are over, those that were broken off included. */
  int rounds() {
    return rounds;
  }

  boolean begun() {
    return begun;
  }

  boolean inRound() {
    return inRound;
  }

  boolean open() {
    return open;
  }

  boolean waitsForWitness() {
    return open && waitsForWitness;
  }

  Duration lastBegan() {
    return lastBegan;
  }

  /** A trial of this round has begun, whatever was planned. */
  void isHeld(int round, Duration at) {
    if (round > held) {
      held = round;
      lastBegan = at.compareTo(lastBegan) > 0 ? at : lastBegan;
    }
  }

  void begin(Duration at) {
    begun = true;
    inRound = true;
    lastBegan = at;
  }

  /** True when a trial of this purpose is the last of a round. */
  boolean ends(Purpose purpose) {
    return inRound && purpose == (hasControl ? Purpose.CONTROL_AFTER : Purpose.COUNTED);
  }

  /** The round of this number is over: told, since one that was broken off counts, too. */
  void roundOver(int number) {
    inRound = false;
    rounds = Math.max(rounds, number);
  }

  /** How often in a row nothing could be decided for want of a witness. */
  int waits() {
    return waits;
  }

  void waitForWitness(boolean wanted) {
    waitsForWitness = wanted;
    waits = wanted ? waits + 1 : 0;
  }

  void close() {
    open = false;
    waitsForWitness = false;
  }
}
