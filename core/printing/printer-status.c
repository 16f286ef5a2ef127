/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-status.h"

#include <string.h>

/* The fixed bits of each kind, and what they must be. */
#define KIND_MASK       0x93
#define KIND_REAL_TIME  0x12
#define KIND_AUTOMATIC  0x10
#define AUTOMATIC_MASK  0x90
#define AUTOMATIC_BYTES 4

#define BLOCK_RESPONSE 0x37
#define BLOCK_INFO     0x5f
#define RESPONSE_ID    0x22

/* Real-time status, by n. */
#define ONE_OFFLINE    0x08
#define TWO_COVER_OPEN 0x04
#define TWO_PAPER_END  0x20
#define TWO_ERROR      0x40
#define THREE_CUTTER   0x08
#define THREE_HARD     0x20
#define FOUR_PAPER_LOW 0x0c
#define FOUR_PAPER_OUT 0x60

/* Automatic status, by byte. */
#define FIRST_OFFLINE    0x08
#define FIRST_COVER_OPEN 0x20
#define SECOND_CUTTER    0x08
#define SECOND_HARD      0x20
#define THIRD_PAPER_LOW  0x03
#define THIRD_PAPER_OUT  0x0c

static void
take_real_time(BhPrinterStatus *self, guint8 byte)
{
  guint8 n;

  self->is_heard = TRUE;
  if (self->n_asked == 0)
    return;
  self->has_answered = TRUE;
  n = self->asked[0];
  self->n_asked--;
  memmove(self->asked, self->asked + 1, self->n_asked);

  switch (n) {
  case 1:
    self->is_offline = (byte & ONE_OFFLINE) != 0;
    break;
  case 2:
    self->is_cover_open = (byte & TWO_COVER_OPEN) != 0;
    self->is_paper_ended = (byte & TWO_PAPER_END) != 0;
    /* Which error it is, n = 3 tells; a cover that is open is none. */
    self->has_error = (byte & TWO_ERROR) != 0;
    break;
  case 3:
    self->has_error = (byte & (THREE_CUTTER | THREE_HARD)) != 0;
    break;
  case 4:
    self->is_paper_out = (byte & FOUR_PAPER_OUT) != 0;
    self->is_paper_low = (byte & FOUR_PAPER_LOW) != 0;
    break;
  default:
    break;
  }
}

static void
take_automatic(BhPrinterStatus *self)
{
  self->is_heard = TRUE;
  self->is_offline = (self->block[0] & FIRST_OFFLINE) != 0;
  self->is_cover_open = (self->block[0] & FIRST_COVER_OPEN) != 0;
  self->has_error = (self->block[1] & (SECOND_CUTTER | SECOND_HARD)) != 0;
  self->is_paper_low = (self->block[2] & THIRD_PAPER_LOW) != 0;
  self->is_paper_out = (self->block[2] & THIRD_PAPER_OUT) != 0;
  self->is_paper_ended = FALSE;
}

/* The block is whole; its NUL is not in it. */
static void
take_block(BhPrinterStatus *self)
{
  self->is_heard = TRUE;
  if (self->block[0] == BLOCK_RESPONSE && self->n_block == 2 + BH_PRINTER_STATUS_ID_LENGTH &&
      self->block[1] == RESPONSE_ID) {
    memcpy(self->confirmed, self->block + 2, BH_PRINTER_STATUS_ID_LENGTH);
    self->confirmed[BH_PRINTER_STATUS_ID_LENGTH] = '\0';
  }
}

static void
begin(BhPrinterStatus *self, guint8 byte)
{
  if ((byte & KIND_MASK) == KIND_REAL_TIME) {
    take_real_time(self, byte);
  } else if ((byte & KIND_MASK) == KIND_AUTOMATIC || byte == BLOCK_RESPONSE || byte == BLOCK_INFO) {
    self->block[0] = byte;
    self->n_block = 1;
  }
}

static void
go_on(BhPrinterStatus *self, guint8 byte)
{
  gboolean is_automatic = (self->block[0] & KIND_MASK) == KIND_AUTOMATIC;

  if (is_automatic && (byte & AUTOMATIC_MASK) != 0) {
    /* No status after all; this byte may begin something. */
    self->n_block = 0;
    begin(self, byte);
    return;
  }
  if (!is_automatic && byte == '\0') {
    take_block(self);
    self->n_block = 0;
    return;
  }
  if (self->n_block == BH_PRINTER_STATUS_MAX_BLOCK) {
    self->n_block = 0;
    begin(self, byte);
    return;
  }
  self->block[self->n_block++] = byte;
  if (is_automatic && self->n_block == AUTOMATIC_BYTES) {
    take_automatic(self);
    self->n_block = 0;
  }
}

void
bh_printer_status_init(BhPrinterStatus *status)
{
  memset(status, 0, sizeof *status);
}

void
bh_printer_status_expect(BhPrinterStatus *status, guint8 n)
{
  g_return_if_fail(n >= 1 && n <= 4);

  if (status->n_asked < BH_PRINTER_STATUS_MAX_ASKED)
    status->asked[status->n_asked++] = n;
}

gboolean
bh_printer_status_is_waiting(const BhPrinterStatus *status)
{
  return status->n_asked > 0;
}

void
bh_printer_status_feed(BhPrinterStatus *status, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (status->n_block > 0)
      go_on(status, bytes[i]);
    else
      begin(status, bytes[i]);
  }
}

const char *
bh_printer_status_get_trouble(const BhPrinterStatus *status)
{
  if (status->is_cover_open)
    return "cover-open";
  if (status->is_paper_out || status->is_paper_ended)
    return "paper-out";
  if (status->has_error)
    return "printer-error";
  return status->is_offline ? "offline" : NULL;
}
