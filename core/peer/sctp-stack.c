/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "sctp-stack.h"

#include "crc32c.h"

#include <string.h>
#include <usrsctp.h>

/* usrsctp's clock. Its shortest timer of ours is the delayed SACK of 20 ms; with nothing going on
 * only retransmission (200 ms and more) is left. */
#define BUSY_TICK_US (10 * G_TIME_SPAN_MILLISECOND)
#define IDLE_TICK_US (100 * G_TIME_SPAN_MILLISECOND)
/* So many ticks without a packet or a call are the end of being busy: longer than an RTO. */
#define BUSY_TICKS 30
/* So many more, without any association, until what usrsctp frees by timer is freed. */
#define LINGER_TICKS 20

typedef struct {
  const BhSctpStackClient *client;
  gpointer user_data;
  gboolean wake_due;
} Entry;

typedef struct {
  GHashTable *entries; /* handle -> Entry */
  GQueue due;          /* handles to wake; may name some that are gone */
  guint last_handle;
  gpointer input_handle; /* whose packet is being taken; its wake is left to its caller */
  gboolean input_woken;
  guint depth;     /* of calls into usrsctp */
  GSource *source; /* (nullable): there is none while nothing is attached */
  gint64 last_tick_us;
  gint64 next_tick_us;
  guint quiet_ticks;
  gboolean initialised;
} Stack;

static Stack stack;

static int
on_output(void *handle, void *data, size_t length, uint8_t tos, uint8_t set_df)
{
  Entry *entry = g_hash_table_lookup(stack.entries, handle);
  struct sctp_common_header header;

  if (entry == NULL || length < sizeof header)
    return 0;
  memcpy(&header, data, sizeof header);
  header.crc32c = 0;
  memcpy(data, &header, sizeof header);
  header.crc32c = bh_crc32c(data, length);
  memcpy(data, &header, sizeof header);
  entry->client->output(data, length, entry->user_data);
  return 0;
}

static void
initialise(void)
{
  stack.entries = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  stack.initialised = TRUE;
  usrsctp_init_nothreads(0, on_output, NULL);

  /* We compute CRC32c ourselves, faster, and do not check it on receipt: DTLS has authenticated
   * the packet, so that a wrong one cannot arrive. */
  usrsctp_enable_crc32c_offload();
  /* RFC 8261 section 5 has neither more addresses nor ECN; RFC 8831 section 5 wants PR-SCTP and
   * stream reconfiguration. */
  usrsctp_sysctl_set_sctp_asconf_enable(0);
  usrsctp_sysctl_set_sctp_auth_enable(0);
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_sysctl_set_sctp_nrsack_enable(0);
  usrsctp_sysctl_set_sctp_pktdrop_enable(0);
  usrsctp_sysctl_set_sctp_pr_enable(1);
  usrsctp_sysctl_set_sctp_reconfig_enable(1);
  /* No reply to packets of unknown associations. */
  usrsctp_sysctl_set_sctp_blackhole(2);
  /* RFC 6928: an initial window of 10 segments; and bursts as long as that. */
  usrsctp_sysctl_set_sctp_initial_cwnd(10);
  usrsctp_sysctl_set_sctp_max_burst_default(10);
  /* The send buffer is capped in bytes; 512 chunks would be 50 KiB of 100-byte messages. */
  usrsctp_sysctl_set_sctp_max_chunks_on_queue(8192);
}

static void
run_due(void)
{
  /* Only what is due now: a client that wakes itself again waits for the next turn. */
  for (guint n = stack.due.length; n > 0; n--) {
    Entry *entry = g_hash_table_lookup(stack.entries, g_queue_pop_head(&stack.due));

    if (entry == NULL || !entry->wake_due)
      continue;
    entry->wake_due = FALSE;
    entry->client->wake(entry->user_data);
  }
}

static void
tick(gint64 now_us)
{
  gint64 elapsed_ms = (now_us - stack.last_tick_us) / G_TIME_SPAN_MILLISECOND;

  if (elapsed_ms > 0) {
    stack.last_tick_us += elapsed_ms * G_TIME_SPAN_MILLISECOND;
    stack.depth++;
    usrsctp_handle_timers((guint32)MIN(elapsed_ms, G_MAXINT32));
    stack.depth--;
  }
  stack.quiet_ticks++;
  stack.next_tick_us = now_us + (stack.quiet_ticks < BUSY_TICKS ? BUSY_TICK_US : IDLE_TICK_US);
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
  gint64 now_us = g_source_get_time(source);

  if (now_us >= stack.next_tick_us)
    tick(now_us);
  run_due();

  /* `wake` may have ended this source and begun another. */
  if (stack.source != source)
    return G_SOURCE_REMOVE;
  if (g_hash_table_size(stack.entries) == 0 && stack.quiet_ticks > LINGER_TICKS) {
    g_clear_pointer(&stack.source, g_source_unref);
    return G_SOURCE_REMOVE;
  }
  g_source_set_ready_time(source, stack.due.length > 0 ? 0 : stack.next_tick_us);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {.dispatch = dispatch};

static void
start_source(void)
{
  g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

  stack.source = g_source_new(&source_funcs, sizeof(GSource));
  g_source_set_static_name(stack.source, "bellhop SCTP");
  g_source_set_priority(stack.source, G_PRIORITY_DEFAULT);
  g_source_attach(stack.source, context);
  stack.last_tick_us = g_get_monotonic_time();
  stack.next_tick_us = stack.last_tick_us + BUSY_TICK_US;
  stack.quiet_ticks = 0;
  g_source_set_ready_time(stack.source, stack.next_tick_us);
}

gpointer
bh_sctp_stack_attach(const BhSctpStackClient *client, gpointer user_data)
{
  Entry *entry = g_new0(Entry, 1);

  if (!stack.initialised)
    initialise();
  if (g_hash_table_size(stack.entries) == 0 && stack.source != NULL) {
    /* One that only lingers may belong to another context. */
    g_source_destroy(stack.source);
    g_clear_pointer(&stack.source, g_source_unref);
  }
  if (stack.source == NULL)
    start_source();

  do {
    stack.last_handle++;
  } while (stack.last_handle == 0 ||
           g_hash_table_contains(stack.entries, GUINT_TO_POINTER(stack.last_handle)));
  entry->client = client;
  entry->user_data = user_data;
  g_hash_table_insert(stack.entries, GUINT_TO_POINTER(stack.last_handle), entry);
  return GUINT_TO_POINTER(stack.last_handle);
}

void
bh_sctp_stack_detach(gpointer handle)
{
  g_assert(stack.depth == 0);

  g_hash_table_remove(stack.entries, handle);
}

void
bh_sctp_stack_wake_later(gpointer handle)
{
  Entry *entry;

  if (handle == stack.input_handle) {
    stack.input_woken = TRUE;
    return;
  }
  entry = g_hash_table_lookup(stack.entries, handle);
  if (entry == NULL || entry->wake_due)
    return;
  entry->wake_due = TRUE;
  g_queue_push_tail(&stack.due, handle);
  if (stack.depth == 0)
    g_source_set_ready_time(stack.source, 0);
}

gboolean
bh_sctp_stack_input(gpointer handle, const guint8 *data, gsize length)
{
  bh_sctp_stack_enter();
  stack.input_handle = handle;
  stack.input_woken = FALSE;
  usrsctp_conninput(handle, data, length, 0);
  stack.input_handle = NULL;
  bh_sctp_stack_leave();
  return stack.input_woken;
}

void
bh_sctp_stack_enter(void)
{
  g_assert(stack.depth == 0);

  stack.depth++;
  if (stack.quiet_ticks >= BUSY_TICKS) {
    stack.next_tick_us = MIN(stack.next_tick_us, g_get_monotonic_time() + BUSY_TICK_US);
    if (stack.due.length == 0 && stack.source != NULL)
      g_source_set_ready_time(stack.source, stack.next_tick_us);
  }
  stack.quiet_ticks = 0;
}

void
bh_sctp_stack_leave(void)
{
  stack.depth--;
  /* An eventfd write at most: only where an upcall came in a call that was not input. */
  if (stack.due.length > 0 && stack.source != NULL)
    g_source_set_ready_time(stack.source, 0);
}

gboolean
bh_sctp_stack_is_busy(void)
{
  return stack.depth > 0;
}
