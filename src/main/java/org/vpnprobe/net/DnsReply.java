package org.vpnprobe.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.vpnprobe.model.FailureKind;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * What a resolver said to one question (RFC 1035 section 4).
 *
 * @param addresses of the asked name, its aliases followed within the message, in its order
 */
record DnsReply(boolean truncated, int rcode, List<InetAddress> addresses) {
  /** Longer chains of aliases are not followed; resolvers stop at about this number too. */
  private static final int ALIASES = 16;

  /** A message that cannot be the answer; the reason is a word for the journal. */
  static final class NotOurs extends Exception {
    private static final long serialVersionUID = 1L;

    NotOurs(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** Reads a message and checks that it answers the question. */
  static DnsReply parse(byte[] bytes, DnsQuestion question) throws NotOurs {
    Message message = message(bytes);
    if (message.getHeader().getID() != question.id()) {
      throw new NotOurs("dns_wrong_id");
    }
    Record asked = message.getQuestion();
    if (!message.getHeader().getFlag(Flags.QR)
        || asked == null
        || asked.getType() != question.type()
        || !asked.getName().equals(question.name())) {
      throw new NotOurs("dns_wrong_question");
    }
    return new DnsReply(
        message.getHeader().getFlag(Flags.TC), message.getRcode(), addresses(message, question));
  }

  private static Message message(byte[] bytes) throws NotOurs {
    try {
      return new Message(bytes);
    } catch (IOException | RuntimeException e) {
      // Hostile bytes may meet any check of the library.
      throw new NotOurs("dns_malformed");
    }
  }

  private static List<InetAddress> addresses(Message message, DnsQuestion question) {
    List<Record> answers = message.getSection(Section.ANSWER);
    Name owner = question.name();
    for (int i = 0; i < ALIASES; i++) {
      Name wanted = owner;
      List<InetAddress> found = new ArrayList<>();
      Optional<Name> alias = Optional.empty();
      for (Record record : answers) {
        if (!record.getName().equals(wanted)) {
          continue;
        }
        if (record.getType() == question.type()) {
          address(record).ifPresent(found::add);
        } else if (record instanceof CNAMERecord cname) {
          alias = Optional.of(cname.getTarget());
        }
      }
      if (!found.isEmpty() || alias.isEmpty()) {
        return found;
      }
      owner = alias.get();
    }
    return List.of();
  }

  private static Optional<InetAddress> address(Record record) {
    InetAddress address =
        switch (record) {
          case ARecord a -> a.getAddress();
          case AAAARecord aaaa -> aaaa.getAddress();
          default -> null;
        };
    try {
      // Without the name that the library adds: an unspecified address with a name means "let the
      // proxy find it" (ProxyNames).
      return address == null
          ? Optional.empty()
          : Optional.of(InetAddress.getByAddress(address.getAddress()));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** For the journal: {@code noerror 192.0.2.1 192.0.2.2}. */
  String describe() {
    return describe(Rcode.string(rcode).toLowerCase(Locale.ROOT), addresses);
  }

  static String describe(String rcode, List<InetAddress> addresses) {
    StringBuilder text = new StringBuilder(rcode);
    addresses.forEach(address -> text.append(' ').append(address.getHostAddress()));
    return text.toString();
  }

  /** The addresses, or the failure that the rcode stands for (RFC 1035 section 4.1.1). */
  List<InetAddress> result() throws StepFailed {
    FailureKind kind =
        switch (rcode) {
          case Rcode.NOERROR -> FailureKind.DNS_NO_ANSWER;
          case Rcode.NXDOMAIN -> FailureKind.DNS_NXDOMAIN_ERROR;
          case Rcode.SERVFAIL -> FailureKind.DNS_SERVFAIL_ERROR;
          case Rcode.REFUSED -> FailureKind.DNS_REFUSED_ERROR;
          default -> FailureKind.DNS_SERVER_MISBEHAVING;
        };
    if (rcode == Rcode.NOERROR && !addresses.isEmpty()) {
      return addresses;
    }
    String argument = kind == FailureKind.DNS_SERVER_MISBEHAVING ? "rcode_" + rcode : null;
    throw new StepFailed(
        kind,
        argument,
        rcode == Rcode.NOERROR
            ? "the resolver knows no address of this family"
            : "the resolver answered " + Rcode.string(rcode));
  }
}
