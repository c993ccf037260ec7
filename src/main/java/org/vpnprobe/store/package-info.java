/** What earlier runs said: one file for a machine, PostgreSQL for a fleet. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.store;
