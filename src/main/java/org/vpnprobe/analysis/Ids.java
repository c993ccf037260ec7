package org.vpnprobe.analysis;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Which ids of trials are known, by the places of the trials in their list: a set of the ids
 * themselves would take more room than all else that is kept of a trial. What falls together too
 * often, as ids of a hostile journal may, goes to such a set.
 */
final class Ids {
  private static final int NONE = -1;
  private static final int MOST_LOOKS = 64;

  private final IntFunction<String> idAt;
  private final Set<String> others = new HashSet<>();
  private int[] rows = free(64);
  private int[] hashes = new int[64];
  private int size;

  /**
   * @param idAt the id of the trial at a place
   */
  Ids(IntFunction<String> idAt) {
    this.idAt = idAt;
  }

  private static int[] free(int length) {
    int[] rows = new int[length];
    Arrays.fill(rows, NONE);
    return rows;
  }

  boolean has(String id) {
    int slot = slot(id);
    return (slot != NONE && rows[slot] != NONE) || others.contains(id);
  }

  /** Adds the id of the trial at this place; false when it was known. */
  boolean add(String id, int row) {
    if (has(id)) {
      return false;
    }
    int slot = slot(id);
    if (slot == NONE) {
      return others.add(id);
    }
    rows[slot] = row;
    hashes[slot] = hash(id);
    if (++size > rows.length / 2) {
      grow();
    }
    return true;
  }

  /** Where the id is or would be; {@link #NONE} when too many others are in its way. */
  private int slot(String id) {
    int hash = hash(id);
    int slot = hash & rows.length - 1;
    for (int look = 0; look < MOST_LOOKS; look++) {
      if (rows[slot] == NONE || (hashes[slot] == hash && idAt.apply(rows[slot]).equals(id))) {
        return slot;
      }
      slot = slot + 1 & rows.length - 1;
    }
    return NONE;
  }

  private void grow() {
    int[] oldRows = rows;
    int[] oldHashes = hashes;
    rows = free(2 * oldRows.length);
    hashes = new int[rows.length];
    for (int i = 0; i < oldRows.length; i++) {
      if (oldRows[i] != NONE) {
        moved(oldRows[i], oldHashes[i]);
      }
    }
  }

  private void moved(int row, int hash) {
    int slot = hash & rows.length - 1;
    for (int look = 0; look < MOST_LOOKS; look++) {
      if (rows[slot] == NONE) {
        rows[slot] = row;
        hashes[slot] = hash;
        return;
      }
      slot = slot + 1 & rows.length - 1;
    }
    others.add(idAt.apply(row));
    size--;
  }

  /** Ids differ in their last letters, and those of a text's own hash in its lowest bits. */
  private static int hash(String id) {
    int mixed = id.hashCode() * 0x9e3779b9;
    return mixed ^ mixed >>> 15;
  }
}
