package org.vpnprobe.model;

import java.time.LocalDate;

/** A dated order or upgrade that the user wants drawn and compared. */
public record Event(LocalDate date, String name) {}
