package org.vpnprobe.model;

/**
 * The experiment that a trial belongs to.
 *
 * @param name of the experiment, snake_case, stable
 * @param number of the trial within the experiments of its suspect, from 1
 * @param variation what was done otherwise
 */
public record Experiment(String name, int number, Variation variation) {}
