package org.vpnprobe.config;

import org.vpnprobe.model.SourceMark;

/** A value and the place where the user wrote it. */
record Located<T>(SourceMark at, T value) {}
