package org.vpnprobe.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.vpnprobe.config.CarrierCatalog;
import org.vpnprobe.model.State;
import org.vpnprobe.report.Formats;

/**
 * The words that an option's value can be: for shells to complete. Made when they are asked for.
 */
final class Words {
  private Words() {}

  /** {@code --protocol}, {@code --only}. */
  static final class Protocols implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return org.vpnprobe.protocol.Protocols.names().iterator();
    }
  }

  /** {@code --format}. */
  static final class FormatNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.concat(Formats.names().stream(), Stream.of("table")).iterator();
    }
  }

  /** {@code --by}. */
  static final class Groups implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return RollupTable.BY.iterator();
    }
  }

  /** {@code --carrier} and {@code carriers}. */
  static final class Carriers implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return CarrierCatalog.shipped().all().stream().map(CarrierCatalog.Known::name).iterator();
    }
  }

  /** {@code --fail-on}. */
  static final class States implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.concat(Arrays.stream(State.values()).map(State::id), List.of("unsure").stream())
          .iterator();
    }
  }

  /** {@code completion}. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "fish", "zsh").iterator();
    }
  }
}
