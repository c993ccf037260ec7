package org.vpnprobe.model;

/** An entry of the file that could not be used and was skipped; the others ran. */
public record Rejected(String file, int line, int column, String message) {}
