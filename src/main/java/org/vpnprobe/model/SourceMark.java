package org.vpnprobe.model;

/**
 * Where something stands in a file the user wrote.
 *
 * @param file as the user named it
 * @param line counted from 1
 * @param column counted from 1
 */
public record SourceMark(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
