/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "diagnostic-channel.h"

#include <string.h>

/* Where an echo stops reading, and where it begins again. */
#define HIGH_WATER_BYTES (1024 * 1024)
#define LOW_WATER_BYTES  (256 * 1024)

typedef struct {
  gboolean paused;
  guint64 received_bytes; /* sink */
} Diagnosis;

gboolean
bh_diagnostic_channel_serves(const char *label)
{
  return g_strcmp0(label, "echo") == 0 || g_strcmp0(label, "sink") == 0;
}

static void
on_echo(BhDataChannel *channel, GBytes *data, gboolean is_text, Diagnosis *diagnosis)
{
  gsize length;
  const void *bytes = g_bytes_get_data(data, &length);

  /* The pause comes well before the queue's cap; what still does not fit has nowhere to go. */
  if (!bh_data_channel_send(channel, bytes, length, is_text, NULL))
    g_debug("An echo could not be sent");
  if (!diagnosis->paused && bh_data_channel_get_buffered_amount(channel) > HIGH_WATER_BYTES) {
    diagnosis->paused = TRUE;
    bh_data_channel_pause(channel);
  }
}

static void
on_buffered_amount_low(BhDataChannel *channel, Diagnosis *diagnosis)
{
  if (diagnosis->paused) {
    diagnosis->paused = FALSE;
    bh_data_channel_resume(channel);
  }
}

static void
on_sink(BhDataChannel *channel, GBytes *data, gboolean is_text, Diagnosis *diagnosis)
{
  gsize length;
  const char *bytes = g_bytes_get_data(data, &length);
  g_autofree char *answer = NULL;

  if (!is_text || length != 3 || memcmp(bytes, "end", 3) != 0) {
    diagnosis->received_bytes += length;
    return;
  }
  answer = g_strdup_printf("done %" G_GUINT64_FORMAT, diagnosis->received_bytes);
  diagnosis->received_bytes = 0;
  bh_data_channel_send(channel, answer, strlen(answer), TRUE, NULL);
}

static void
diagnosis_free(gpointer data, GClosure *closure)
{
  g_free(data);
}

void
bh_diagnostic_channel_attach(BhDataChannel *channel)
{
  Diagnosis *diagnosis = g_new0(Diagnosis, 1);

  /* The first handler owns the state, and lives as long as the channel. */
  if (g_str_equal(bh_data_channel_get_label(channel), "sink")) {
    g_signal_connect_data(channel, "message", G_CALLBACK(on_sink), diagnosis, diagnosis_free, 0);
    return;
  }
  bh_data_channel_set_buffered_amount_low_threshold(channel, LOW_WATER_BYTES);
  g_signal_connect_data(channel, "message", G_CALLBACK(on_echo), diagnosis, diagnosis_free, 0);
  g_signal_connect(channel, "buffered-amount-low", G_CALLBACK(on_buffered_amount_low), diagnosis);
}
