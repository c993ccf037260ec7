package org.vpnprobe.protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.net.StepFailed;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * One question and the messages that may answer it (RFC 1035 section 4), by dnsjava.
 *
 * @param bytes the whole message
 */
record DnsQuery(int id, Name name, int type, byte[] bytes) {
  /** RFC 9715: what passes without fragments on nearly every path. */
  private static final int EDNS_SIZE = 1232;

  /** RFC 8484 section 6: a DNS message is never longer. */
  static final int LONGEST = 65535;

  /**
   * An answer to our question.
   *
   * @param rcode in lower case: {@code noerror}, {@code nxdomain}
   * @param answers the data of the records of the asked type, as in a zone file, lower case, names
   *     without their last dot
   */
  record Reply(String rcode, boolean truncated, List<String> answers) {
    Reply {
      answers = List.copyOf(answers);
    }

    /** True when a record or the rcode is the expected one. */
    boolean holds(String expected) {
      return answers.contains(plain(expected)) || rcode.equals(expected.toLowerCase(Locale.ROOT));
    }

    /** For the journal: {@code noerror 192.0.2.1 192.0.2.2}. */
    String describe() {
      String all = rcode + (truncated ? " truncated " : " ") + String.join(" ", answers);
      return all.strip().substring(0, Math.min(200, all.strip().length()));
    }
  }

  /**
   * Parses what the user wants to ask.
   *
   * @throws InvalidSetting for what is no name or type
   */
  static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new InvalidSetting("query", "expected a domain name such as www.example.com");
    }
  }

  static int type(String text) {
    int type = Type.value(text.toUpperCase(Locale.ROOT));
    // RFC 6895 section 3.1: 128 to 255 are questions about a zone or about everything.
    if (type <= 0 || (type >= 128 && type <= 255)) {
      throw new InvalidSetting("type", "expected a record type such as A, AAAA, TXT or NS");
    }
    return type;
  }

  static DnsQuery of(Name name, int type, RandomGenerator random) {
    Message message = new Message(random.nextInt(1 << 16));
    message.getHeader().setFlag(Flags.RD);
    message.addRecord(Record.newRecord(name, type, DClass.IN), Section.QUESTION);
    message.addRecord(new OPTRecord(EDNS_SIZE, 0, 0), Section.ADDITIONAL);
    return new DnsQuery(message.getHeader().getID(), name, type, message.toWire());
  }

  /**
   * Reads a message.
   *
   * @return empty when it answers another question or has another id
   * @throws StepFailed {@code proto_unexpected_reply} when it is no DNS message
   */
  Optional<Reply> answer(byte[] message) throws StepFailed {
    Message reply = parse(message);
    Record asked = reply.getQuestion();
    boolean ours =
        reply.getHeader().getID() == id
            && reply.getHeader().getFlag(Flags.QR)
            && asked != null
            && asked.getType() == type
            && asked.getDClass() == DClass.IN
            && asked.getName().equals(name);
    if (!ours) {
      return Optional.empty();
    }
    List<String> answers = new ArrayList<>();
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record.getType() == type) {
        answers.add(plain(text(record)));
      }
    }
    return Optional.of(
        new Reply(
            Rcode.string(reply.getRcode()).toLowerCase(Locale.ROOT),
            reply.getHeader().getFlag(Flags.TC),
            answers));
  }

  private static Message parse(byte[] message) throws StepFailed {
    try {
      return new Message(message);
    } catch (IOException | RuntimeException e) {
      // Hostile bytes may meet any check of the library.
      throw new StepFailed(
          FailureKind.PROTO_UNEXPECTED_REPLY, "the server answered something other than DNS");
    }
  }

  private static String text(Record record) {
    try {
      return record.rdataToString();
    } catch (RuntimeException e) {
      return "?"; // A record that was read but cannot be shown equals nothing.
    }
  }

  private static String plain(String data) {
    String text = data.strip().toLowerCase(Locale.ROOT);
    if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
      return text.substring(1, text.length() - 1);
    }
    if (text.indexOf(':') >= 0) {
      try {
        return InetAddress.ofLiteral(text).getHostAddress(); // One address has many spellings.
      } catch (IllegalArgumentException e) {
        return text;
      }
    }
    return text.length() > 1 && text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
