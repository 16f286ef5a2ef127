/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "sctp-socket.h"

#include "sctp-stack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* RFC 8261 section 5: 1200 bytes until discovery says otherwise; and discovery would need a DTLS
 * and an ICE below that tell of lost probes. With a DTLS record around it 1237 bytes of UDP. */
#define PATH_MTU_BYTES 1200
/* RFC 9260 section 16 has 1 s, 1 s and 60 s, for the Internet of 1988. In a house a lost first
 * flight must not cost a second, nor an outage of Wi-Fi a minute after its end. */
#define RTO_INITIAL_MS 200
#define RTO_MIN_MS     200
#define RTO_MAX_MS     2000
/* About a minute with RTO_MAX_MS: ICE consent (RFC 7675) decides earlier that a peer is gone. */
#define ASSOCIATION_MAX_RETRANS 32
#define INIT_MAX_ATTEMPTS       12
/* RFC 9260 section 6.2 allows up to 500 ms; every second packet is acknowledged at once. */
#define SACK_DELAY_MS  20
#define SACK_FREQUENCY 2
/* A send is whole or not at all only while the buffer takes a largest message. */
#define SEND_BUFFER_BYTES    (1024 * 1024)
#define RECEIVE_BUFFER_BYTES (1024 * 1024)

static gboolean
set(struct socket *sock, int option, const void *value, gsize size)
{
  return usrsctp_setsockopt(sock, IPPROTO_SCTP, option, value, (socklen_t)size) == 0;
}

static gboolean
set_u32(struct socket *sock, int option, guint32 value)
{
  return set(sock, option, &value, sizeof value);
}

static gboolean
set_events(struct socket *sock)
{
  static const guint16 types[] = {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT, SCTP_SHUTDOWN_EVENT,
                                  SCTP_PARTIAL_DELIVERY_EVENT};

  for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
    struct sctp_event event = {.se_assoc_id = SCTP_FUTURE_ASSOC, .se_type = types[i], .se_on = 1};

    if (!set(sock, SCTP_EVENT, &event, sizeof event))
      return FALSE;
  }
  return TRUE;
}

static gboolean
set_buffers(struct socket *sock, gsize max_message_bytes)
{
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  int send_bytes = (int)MAX(SEND_BUFFER_BYTES, max_message_bytes);
  /* Partial delivery begins at half the buffer at the latest: a largest message stays below. */
  int receive_bytes = (int)MAX(RECEIVE_BUFFER_BYTES, 2 * max_message_bytes + 4096);

  return usrsctp_set_non_blocking(sock, 1) == 0 &&
         usrsctp_setsockopt(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0 &&
         usrsctp_setsockopt(sock, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes) == 0 &&
         usrsctp_setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes) == 0;
}

static gboolean
set_options(struct socket *sock, const BhSctpSocketOptions *options)
{
  struct sctp_initmsg init = {.sinit_num_ostreams = options->streams,
                              .sinit_max_instreams = options->streams,
                              .sinit_max_attempts = INIT_MAX_ATTEMPTS,
                              .sinit_max_init_timeo = RTO_MAX_MS};
  struct sctp_rtoinfo rto = {
      .srto_initial = RTO_INITIAL_MS, .srto_min = RTO_MIN_MS, .srto_max = RTO_MAX_MS};
  struct sctp_assocparams association = {.sasoc_asocmaxrxt = ASSOCIATION_MAX_RETRANS};
  struct sctp_sack_info sack = {.sack_delay = SACK_DELAY_MS, .sack_freq = SACK_FREQUENCY};
  /* Not SCTP_ENABLE_CHANGE_ASSOC_REQ: asked to (RFC 6525 section 4.6), usrsctp would add outgoing
   * streams up to 65,535, for 6.7 MB, while channels never use more than the first ones. */
  struct sctp_assoc_value resets = {.assoc_id = SCTP_FUTURE_ASSOC,
                                    .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ};

  return set_buffers(sock, options->max_message_bytes) && set_events(sock) &&
         set(sock, SCTP_INITMSG, &init, sizeof init) && set(sock, SCTP_RTOINFO, &rto, sizeof rto) &&
         set(sock, SCTP_ASSOCINFO, &association, sizeof association) &&
         set(sock, SCTP_DELAYED_SACK, &sack, sizeof sack) &&
         set(sock, SCTP_ENABLE_STREAM_RESET, &resets, sizeof resets) &&
         set_u32(sock, SCTP_NODELAY, 1) && set_u32(sock, SCTP_RECVRCVINFO, 1) &&
         /* RFC 6458 section 8.1.20: one partial delivery at a time. */
         set_u32(sock, SCTP_FRAGMENT_INTERLEAVE, 0);
}

static void
on_upcall(struct socket *sock, void *handle, int flags)
{
  bh_sctp_stack_wake_later(handle);
}

static struct sockaddr_conn
address_of(gpointer handle, guint16 port)
{
  return (struct sockaddr_conn){
      .sconn_family = AF_CONN, .sconn_port = htons(port), .sconn_addr = handle};
}

struct socket *
bh_sctp_socket_new(gpointer handle, const BhSctpSocketOptions *options, GError **error)
{
  struct sockaddr_conn local = address_of(handle, options->local_port);
  struct socket *sock;
  int saved_errno = 0;

  bh_sctp_stack_enter();
  usrsctp_register_address(handle);
  sock = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
  if (sock == NULL || !set_options(sock, options) ||
      usrsctp_bind(sock, (struct sockaddr *)&local, sizeof local) < 0 ||
      usrsctp_set_upcall(sock, on_upcall, handle) < 0) {
    saved_errno = errno;
    if (sock != NULL)
      usrsctp_close(sock);
    usrsctp_deregister_address(handle);
    sock = NULL;
  }
  bh_sctp_stack_leave();

  if (sock == NULL)
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved_errno), "No SCTP socket: %s",
                g_strerror(saved_errno));
  return sock;
}

gboolean
bh_sctp_socket_connect(struct socket *sock, gpointer handle, guint16 remote_port, GError **error)
{
  struct sockaddr_conn remote = address_of(handle, remote_port);
  struct sctp_paddrparams path = {.spp_pathmtu = PATH_MTU_BYTES,
                                  .spp_pathmaxrxt = ASSOCIATION_MAX_RETRANS,
                                  /* Consent checks of ICE do what heartbeats would. */
                                  .spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE};
  int saved_errno = 0;
  gboolean connected;

  memcpy(&path.spp_address, &remote, sizeof remote);
  bh_sctp_stack_enter();
  connected =
      usrsctp_connect(sock, (struct sockaddr *)&remote, sizeof remote) == 0 || errno == EINPROGRESS;
  if (!connected || !set(sock, SCTP_PEER_ADDR_PARAMS, &path, sizeof path)) {
    saved_errno = errno;
    connected = FALSE;
  }
  bh_sctp_stack_leave();

  if (!connected)
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(saved_errno), "SCTP cannot connect: %s",
                g_strerror(saved_errno));
  return connected;
}

void
bh_sctp_socket_close(struct socket *sock, gpointer handle)
{
  bh_sctp_stack_enter();
  usrsctp_set_upcall(sock, NULL, NULL);
  usrsctp_close(sock);
  usrsctp_deregister_address(handle);
  bh_sctp_stack_leave();
}

BhSctpSend
bh_sctp_socket_send(struct socket *sock, guint16 stream, const BhDcepMessage *parameters,
                    guint32 ppid, const void *data, gsize length)
{
  struct sctp_sendv_spa info = {.sendv_flags = SCTP_SEND_SNDINFO_VALID,
                                .sendv_sndinfo = {.snd_sid = stream, .snd_ppid = htonl(ppid)}};
  gssize sent;
  int saved_errno;

  if (ppid == BH_PPID_DCEP) {
    /* RFC 8832 section 6: ordered and reliable. Acknowledged at once (RFC 7053), since a stream is
     * reset only after that, and channels may be short-lived. */
    info.sendv_sndinfo.snd_flags = SCTP_SACK_IMMEDIATELY;
  } else {
    if (parameters->unordered)
      info.sendv_sndinfo.snd_flags = SCTP_UNORDERED;
    if (parameters->max_retransmits >= 0) {
      info.sendv_flags |= SCTP_SEND_PRINFO_VALID;
      info.sendv_prinfo.pr_policy = SCTP_PR_SCTP_RTX;
      info.sendv_prinfo.pr_value = (guint32)parameters->max_retransmits;
    } else if (parameters->max_packet_lifetime_ms >= 0) {
      info.sendv_flags |= SCTP_SEND_PRINFO_VALID;
      info.sendv_prinfo.pr_policy = SCTP_PR_SCTP_TTL;
      info.sendv_prinfo.pr_value = (guint32)MAX(parameters->max_packet_lifetime_ms, 1);
    }
  }

  bh_sctp_stack_enter();
  sent = usrsctp_sendv(sock, data, length, NULL, 0, &info, sizeof info, SCTP_SENDV_SPA, 0);
  saved_errno = errno;
  bh_sctp_stack_leave();

  if (sent < 0)
    return saved_errno == EWOULDBLOCK || saved_errno == EAGAIN || saved_errno == ENOBUFS
               ? BH_SCTP_BLOCKED
               : BH_SCTP_REFUSED;
  /* Without explicit EOR, and with room for a largest message, it is whole or an error. Were it
   * not, nothing that follows on this stream could be told apart. */
  return (gsize)sent == length ? BH_SCTP_SENT : BH_SCTP_REFUSED;
}

int
bh_sctp_socket_receive(struct socket *sock, void *buffer, gsize size, BhSctpReceived *out)
{
  struct sctp_rcvinfo info = {0};
  socklen_t info_size = sizeof info;
  unsigned int info_type = SCTP_RECVV_NOINFO;
  socklen_t from_size = 0;
  int flags = 0, saved_errno;
  gssize length;

  bh_sctp_stack_enter();
  length =
      usrsctp_recvv(sock, buffer, size, NULL, &from_size, &info, &info_size, &info_type, &flags);
  saved_errno = errno;
  bh_sctp_stack_leave();

  if (length < 0)
    return saved_errno == EWOULDBLOCK || saved_errno == EAGAIN || saved_errno == EINTR
               ? 0
               : -saved_errno;
  if (length == 0)
    return -ESHUTDOWN;
  out->length = (gsize)length;
  out->is_notification = (flags & MSG_NOTIFICATION) != 0;
  out->is_end = (flags & MSG_EOR) != 0;
  out->ppid = ntohl(info.rcv_ppid);
  out->stream = info.rcv_sid;
  return 1;
}

gboolean
bh_sctp_socket_has_failed(struct socket *sock)
{
  int events;

  bh_sctp_stack_enter();
  events = usrsctp_get_events(sock);
  bh_sctp_stack_leave();
  return (events & SCTP_EVENT_ERROR) != 0;
}

int
bh_sctp_socket_reset(struct socket *sock, const guint16 *streams, guint n)
{
  gsize size = sizeof(struct sctp_reset_streams) + n * sizeof *streams;
  g_autofree struct sctp_reset_streams *request = g_malloc0(size);
  int result;

  request->srs_flags = SCTP_STREAM_RESET_OUTGOING;
  request->srs_number_streams = (guint16)n;
  memcpy(request->srs_stream_list, streams, n * sizeof *streams);
  bh_sctp_stack_enter();
  result = set(sock, SCTP_RESET_STREAMS, request, size) ? 0 : -errno;
  bh_sctp_stack_leave();
  return result;
}

gint
bh_sctp_socket_get_round_trip_ms(struct socket *sock)
{
  struct sctp_status status = {0};
  socklen_t length = sizeof status;

  if (usrsctp_getsockopt(sock, IPPROTO_SCTP, SCTP_STATUS, &status, &length) != 0)
    return -1;
  return (gint)MIN(status.sstat_primary.spinfo_srtt, G_MAXINT);
}
