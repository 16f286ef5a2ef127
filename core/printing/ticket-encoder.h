/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-encoder: how a kitchen ticket looks on paper, in 42 or 32 columns: to be read from two
 * steps away. Where and which order in double size, then what to make in high letters, with what is
 * different about it below; allergens white on black. Nothing is cut off, and no drawer opens.
 */
#pragma once

#include "escpos-writer.h"
#include "ticket.h"

/** bh_escpos_encode_ticket: @reprint: mark it */
void bh_escpos_encode_ticket(BhEscposWriter *writer, const BhTicket *ticket, gboolean reprint);
