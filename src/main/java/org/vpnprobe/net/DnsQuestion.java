package org.vpnprobe.net;

import java.util.random.RandomGenerator;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Family;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * One question for the addresses of a name (RFC 1035 section 4).
 *
 * @param name absolute
 * @param bytes the whole message, recursion desired
 */
record DnsQuestion(int id, Name name, int type, byte[] bytes) {
  static DnsQuestion of(String host, Family family, RandomGenerator random) throws StepFailed {
    try {
      Name name = Name.fromString(Hosts.ascii(host), Name.root);
      int type = family == Family.IP6 ? Type.AAAA : Type.A;
      Message message = new Message(random.nextInt(1 << 16));
      message.getHeader().setFlag(Flags.RD);
      message.addRecord(Record.newRecord(name, type, DClass.IN), org.xbill.DNS.Section.QUESTION);
      return new DnsQuestion(message.getHeader().getID(), name, type, message.toWire());
    } catch (TextParseException e) {
      throw new StepFailed(FailureKind.CONFIG_ERROR, "the address is no host name");
    }
  }
}
