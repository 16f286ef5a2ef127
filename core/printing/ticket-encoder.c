/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "ticket-encoder.h"

#include "escpos-encoder.h"
#include "receipt-words.h"
#include "text-cells.h"

/* Below a line, under its name. */
#define INDENT_CELLS 4

typedef struct {
  const char *reasons[BH_TICKET_N_REASONS];
  const char *allergens;
  const char *course; /* "Course 2" */
  const char *changes[BH_TICKET_N_CHANGES];
} Words;

static const Words all_words[BH_RECEIPT_N_LANGUAGES] = {
    [BH_RECEIPT_ENGLISH] = {{NULL, "NOT SEEN ON ANY SCREEN", "CHANGE"},
                            "ALLERGENS:",
                            "Course",
                            {NULL, "NEW", "CANCELLED", "CHANGED"}},
    [BH_RECEIPT_GERMAN] = {{NULL, "AUF KEINEM BILDSCHIRM GESEHEN", "ÄNDERUNG"},
                           "ALLERGENE:",
                           "Gang",
                           {NULL, "NEU", "STORNIERT", "GEÄNDERT"}},
    [BH_RECEIPT_FRENCH] = {{NULL, "AFFICHÉ SUR AUCUN ÉCRAN", "MODIFICATION"},
                           "ALLERGÈNES :",
                           "Service",
                           {NULL, "NOUVEAU", "ANNULÉ", "MODIFIÉ"}},
    [BH_RECEIPT_SPANISH] = {{NULL, "NO SE HA VISTO EN NINGUNA PANTALLA", "MODIFICACIÓN"},
                            "ALÉRGENOS:",
                            "Pase",
                            {NULL, "NUEVO", "ANULADO", "CAMBIADO"}},
};

typedef struct {
  BhEscposWriter *writer;
  const BhTicket *ticket;
  const Words *words;
} Layout;

static const BhEscposStyle bold = {.bold = TRUE, .width = 1, .height = 1};
static const BhEscposStyle high = {.bold = TRUE, .width = 1, .height = 2};
static const BhEscposStyle huge = {.bold = TRUE, .width = 2, .height = 2};

/* White on black, with a margin at both ends of each line. */
static void
write_inverted(const Layout *layout, BhEscposStyle style, guint indent, const char *text)
{
  guint columns = bh_escpos_writer_get_columns(layout->writer) / style.width;
  g_autofree char *clean = bh_text_clean(text, FALSE);
  g_autoptr(GPtrArray) lines =
      bh_text_wrap(g_strstrip(clean), columns - indent - 2, columns - indent - 2);

  style.invert = TRUE;
  for (guint i = 0; i < lines->len; i++) {
    g_autofree char *padded = g_strdup_printf(" %s ", (const char *)lines->pdata[i]);

    bh_escpos_writer_line(layout->writer, &style, indent, padded, NULL);
  }
}

static void
write_huge(const Layout *layout, const char *text)
{
  g_autofree char *clean = NULL;

  if (text == NULL)
    return;
  clean = bh_text_clean(text, FALSE);
  bh_escpos_encode_wrapped(layout->writer, &huge, 0, 0, g_strstrip(clean), NULL);
}

static void
write_head(const Layout *layout)
{
  const BhTicket *ticket = layout->ticket;
  g_autofree char *time = NULL;
  g_autofree char *server = NULL;
  BhEscposStyle mark = high;

  mark.align = BH_TEXT_CENTER;
  if (ticket->reason != BH_TICKET_REASON_NONE) {
    write_inverted(layout, mark, 0, layout->words->reasons[ticket->reason]);
    bh_escpos_writer_feed(layout->writer, 1);
  }
  write_huge(layout, ticket->title);
  write_huge(layout, ticket->number);
  if (ticket->station != NULL)
    bh_escpos_encode_heading(layout->writer, ticket->station);
  if (ticket->has_time)
    time = bh_receipt_format_time(ticket->language, ticket->time_ms, ticket->time_zone_offset);
  if (ticket->server != NULL)
    server = bh_text_clean(ticket->server, FALSE);
  bh_escpos_encode_pair(layout->writer, time, server);
  if (ticket->note != NULL) {
    g_autofree char *note = bh_text_clean(ticket->note, FALSE);

    bh_escpos_encode_wrapped(layout->writer, &high, 0, 0, note, NULL);
  }
}

static void
write_listed(const Layout *layout, const char *mark, const GPtrArray *texts)
{
  for (guint i = 0; i < texts->len && !bh_escpos_writer_is_full(layout->writer); i++) {
    g_autofree char *clean = bh_text_clean(texts->pdata[i], FALSE);
    g_autofree char *text = g_strconcat(mark, clean, NULL);

    bh_escpos_encode_wrapped(layout->writer, &bold, INDENT_CELLS, 2, text, NULL);
  }
}

static void
write_allergens(const Layout *layout, const GPtrArray *allergens)
{
  g_autoptr(GString) text = NULL;

  if (allergens->len == 0)
    return;
  text = g_string_new(layout->words->allergens);
  for (guint i = 0; i < allergens->len; i++)
    g_string_append_printf(text, "%s %s", i > 0 ? "," : "", (const char *)allergens->pdata[i]);
  write_inverted(layout, bold, INDENT_CELLS, text->str);
}

static void
write_line(const Layout *layout, const BhTicketLine *line)
{
  g_autofree char *clean = bh_text_clean(line->name, FALSE);
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " x %s", line->quantity, clean);

  if (line->change != BH_TICKET_CHANGE_NONE)
    write_inverted(layout, high, 0, layout->words->changes[line->change]);
  bh_escpos_encode_wrapped(layout->writer, &high, 0, INDENT_CELLS, text, NULL);
  write_listed(layout, "+ ", line->modifiers);
  write_listed(layout, "- ", line->notes);
  write_allergens(layout, line->allergens);
}

/* A heading where another course begins; lines come in the order in which they were stated. */
static void
write_course(const Layout *layout, gint64 course, gint64 before)
{
  g_autofree char *text = NULL;

  if (course == 0 || course == before)
    return;
  text = g_strdup_printf("%s %" G_GINT64_FORMAT, layout->words->course, course);
  bh_escpos_encode_centered(layout->writer, &bold, text);
}

void
bh_escpos_encode_ticket(BhEscposWriter *writer, const BhTicket *ticket, gboolean reprint)
{
  const Layout layout = {writer, ticket, &all_words[ticket->language]};
  gint64 before = 0;

  if (reprint)
    bh_escpos_encode_reprint_mark(writer, ticket->language);
  write_head(&layout);
  bh_escpos_encode_rule(writer);
  for (guint i = 0; i < ticket->lines->len && !bh_escpos_writer_is_full(writer); i++) {
    const BhTicketLine *line = &g_array_index(ticket->lines, BhTicketLine, i);

    write_course(&layout, line->course, before);
    write_line(&layout, line);
    before = line->course;
  }
  bh_escpos_encode_rule(writer);
  bh_escpos_writer_cut(writer);
}
