/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "escpos-encoder.h"

#include <string.h>

#include "receipt-words.h"
#include "text-cells.h"

/* Between a text and the amount at its right. */
#define GAP_CELLS 1
/* However long a label at the right is, this much is left for the text. */
#define MIN_TEXT_CELLS 8
#define INDENT_CELLS   2
#define TAB_CELLS      8

typedef struct {
  BhEscposWriter *writer;
  const BhReceipt *receipt;
} Layout;

static const BhEscposStyle normal = {.width = 1, .height = 1};
static const BhEscposStyle bold = {.bold = TRUE, .width = 1, .height = 1};

void
bh_escpos_encode_wrapped(BhEscposWriter *writer, const BhEscposStyle *style, guint indent,
                         guint hang, const char *text, const char *right)
{
  guint columns = bh_escpos_writer_get_columns(writer) / MAX(1, style->width);
  guint taken = right != NULL ? bh_text_get_cells(right) + GAP_CELLS : 0;
  guint used = indent + hang, room;
  g_autoptr(GPtrArray) lines = NULL;

  if (right != NULL && used + taken + MIN_TEXT_CELLS > columns) {
    /* No room side by side: the right part gets a line of its own. */
    bh_escpos_encode_wrapped(writer, style, indent, hang, text, NULL);
    bh_escpos_writer_line(writer, style, 0, "", right);
    return;
  }
  room = MAX(2, columns - MIN(columns, used + taken));
  lines = bh_text_wrap(text, room + hang, room);
  for (guint i = 0; i < lines->len; i++)
    bh_escpos_writer_line(writer, style, indent + (i > 0 ? hang : 0), lines->pdata[i],
                          i == 0 ? right : NULL);
}

void
bh_escpos_encode_centered(BhEscposWriter *writer, const BhEscposStyle *style, const char *text)
{
  BhEscposStyle centered = *style;
  g_autofree char *clean = bh_text_clean(text, FALSE);

  centered.align = BH_TEXT_CENTER;
  bh_escpos_encode_wrapped(writer, &centered, 0, 0, g_strstrip(clean), NULL);
}

void
bh_escpos_encode_rule(BhEscposWriter *writer)
{
  g_autofree char *rule = g_strnfill(bh_escpos_writer_get_columns(writer), '-');

  bh_escpos_writer_line(writer, &normal, 0, rule, NULL);
}

static const char *
word(const Layout *layout, BhReceiptWord which)
{
  return bh_receipt_get_word(layout->receipt->language, which);
}

static char *
money(const Layout *layout, gint64 minor)
{
  return bh_receipt_format_amount(layout->receipt->language, layout->receipt->currency, minor,
                                  FALSE);
}

void
bh_escpos_encode_reprint_mark(BhEscposWriter *writer, BhReceiptLanguage language)
{
  const BhEscposStyle style = {
      .align = BH_TEXT_CENTER, .bold = TRUE, .invert = TRUE, .width = 2, .height = 2};
  g_autofree char *mark =
      g_strdup_printf(" %s ", bh_receipt_get_word(language, BH_RECEIPT_WORD_REPRINT));

  bh_escpos_writer_line(writer, &style, 0, mark, NULL);
  bh_escpos_writer_feed(writer, 1);
}

static void
write_labelled(const Layout *layout, BhReceiptWord label, const char *text)
{
  g_autofree char *whole = NULL;

  if (text == NULL)
    return;
  whole = g_strdup_printf("%s %s", word(layout, label), text);
  bh_escpos_encode_centered(layout->writer, &normal, whole);
}

void
bh_escpos_encode_heading(BhEscposWriter *writer, const char *text)
{
  g_autofree char *clean = bh_text_clean(text, FALSE);
  BhEscposStyle style = {.bold = TRUE, .width = 2, .height = 2};

  if (bh_text_get_cells(clean) > bh_escpos_writer_get_columns(writer) / 2)
    style.width = 1;
  bh_escpos_encode_centered(writer, &style, clean);
}

static void
write_business(const Layout *layout)
{
  const BhReceipt *receipt = layout->receipt;

  if (receipt->business_name == NULL)
    return;
  bh_escpos_encode_heading(layout->writer, receipt->business_name);
  for (guint i = 0; i < receipt->business_address->len; i++)
    bh_escpos_encode_centered(layout->writer, &normal, receipt->business_address->pdata[i]);
  write_labelled(layout, BH_RECEIPT_WORD_PHONE, receipt->business_phone);
  write_labelled(layout, BH_RECEIPT_WORD_TAX_ID, receipt->business_tax_id);
  bh_escpos_writer_feed(layout->writer, 1);
}

void
bh_escpos_encode_pair(BhEscposWriter *writer, const char *left, const char *right)
{
  if (left != NULL && right != NULL &&
      bh_text_get_cells(left) + GAP_CELLS + bh_text_get_cells(right) <=
          bh_escpos_writer_get_columns(writer)) {
    bh_escpos_writer_line(writer, &normal, 0, left, right);
    return;
  }
  if (left != NULL)
    bh_escpos_encode_wrapped(writer, &normal, 0, INDENT_CELLS, left, NULL);
  if (right != NULL)
    bh_escpos_encode_wrapped(writer, &normal, 0, INDENT_CELLS, right, NULL);
}

static char *
label_fact(const Layout *layout, BhReceiptWord label, const char *text)
{
  g_autofree char *clean = NULL;

  if (text == NULL)
    return NULL;
  clean = bh_text_clean(text, FALSE);
  return g_strdup_printf("%s %s", word(layout, label), clean);
}

static void
write_facts(const Layout *layout)
{
  const BhReceipt *receipt = layout->receipt;
  g_autofree char *number = label_fact(layout, BH_RECEIPT_WORD_NUMBER, receipt->number);
  g_autofree char *table = label_fact(layout, BH_RECEIPT_WORD_TABLE, receipt->table);
  g_autofree char *server = label_fact(layout, BH_RECEIPT_WORD_SERVED_BY, receipt->server);
  g_autofree char *time = NULL;

  if (receipt->title != NULL) {
    bh_escpos_encode_heading(layout->writer, receipt->title);
    bh_escpos_writer_feed(layout->writer, 1);
  }
  if (receipt->has_time)
    time = bh_receipt_format_time(receipt->language, receipt->time_ms, receipt->time_zone_offset);
  bh_escpos_encode_pair(layout->writer, number, time);
  bh_escpos_encode_pair(layout->writer, table, server);
}

static guint
count_digits(gint64 number)
{
  guint digits = 1;

  for (; number >= 10; number /= 10)
    digits++;
  return digits;
}

/* Cells of the column "12 x "; 0 where there is one of everything, and counts would say nothing. */
static guint
get_quantity_cells(const BhReceipt *receipt)
{
  gint64 most = 1;

  for (guint i = 0; i < receipt->lines->len; i++)
    most = MAX(most, g_array_index(receipt->lines, BhReceiptLine, i).quantity);
  return most > 1 ? count_digits(most) + 3 : 0;
}

static void
write_entry(const Layout *layout, const BhEscposStyle *style, guint indent, const char *mark,
            const char *name, const BhReceiptAmount *amount)
{
  g_autofree char *clean = bh_text_clean(name, FALSE);
  g_autofree char *text = g_strconcat(mark, clean, NULL);
  g_autofree char *sum = amount != NULL && amount->stated ? money(layout, amount->minor) : NULL;

  bh_escpos_encode_wrapped(layout->writer, style, indent, INDENT_CELLS, text, sum);
}

static void
write_line(const Layout *layout, const BhReceiptLine *line, guint quantity_cells)
{
  const BhEscposStyle *style = line->emphasis ? &bold : &normal;
  g_autofree char *clean = bh_text_clean(line->name, FALSE);
  g_autofree char *text = g_strdup(clean);
  g_autofree char *sum = line->amount.stated ? money(layout, line->amount.minor) : NULL;
  guint indent = quantity_cells > 0 ? quantity_cells : INDENT_CELLS;

  if (quantity_cells > 0) {
    g_free(text);
    text = g_strdup_printf("%*" G_GINT64_FORMAT " x %s", (int)quantity_cells - 3, line->quantity,
                           clean);
  }
  bh_escpos_encode_wrapped(layout->writer, style, 0, indent, text, sum);

  if (line->unit_amount.stated && line->quantity > 1) {
    g_autofree char *each = bh_receipt_format_each(
        layout->receipt->language, layout->receipt->currency, line->unit_amount.minor);

    bh_escpos_encode_wrapped(layout->writer, &normal, indent, 0, each, NULL);
  }
  for (guint i = 0; i < line->modifiers->len; i++) {
    const BhReceiptEntry *modifier = &g_array_index(line->modifiers, BhReceiptEntry, i);

    write_entry(layout, style, indent, "+ ", modifier->name, &modifier->amount);
  }
  for (guint i = 0; i < line->notes->len; i++)
    write_entry(layout, style, indent, "- ", line->notes->pdata[i], NULL);
}

static void
write_lines(const Layout *layout)
{
  const GArray *lines = layout->receipt->lines;
  guint quantity_cells = get_quantity_cells(layout->receipt);

  bh_escpos_encode_rule(layout->writer);
  for (guint i = 0; i < lines->len && !bh_escpos_writer_is_full(layout->writer); i++)
    write_line(layout, &g_array_index(lines, BhReceiptLine, i), quantity_cells);
  if (lines->len > 0)
    bh_escpos_encode_rule(layout->writer);
}

static void
write_taxes(const Layout *layout, gboolean included)
{
  const GArray *taxes = layout->receipt->taxes;

  for (guint i = 0; i < taxes->len; i++) {
    const BhReceiptTax *tax = &g_array_index(taxes, BhReceiptTax, i);
    BhReceiptAmount amount = {TRUE, tax->amount};
    g_autofree char *percent = NULL;
    g_autofree char *name = NULL;
    const char *rate = tax->rate;

    if (!tax->included != !included)
      continue;
    if (tax->has_percent)
      rate = percent = bh_receipt_format_percent(layout->receipt->language, tax->percent);
    name = g_strconcat(included ? word(layout, BH_RECEIPT_WORD_INCLUDED) : "", included ? " " : "",
                       tax->name, rate != NULL ? " " : "", rate, NULL);
    write_entry(layout, &normal, 0, "", name, &amount);
  }
}

/* Double size; in narrow characters of double height where the sum has more digits than that. */
static void
write_total(const Layout *layout)
{
  const BhReceipt *receipt = layout->receipt;
  const char *label = word(layout, BH_RECEIPT_WORD_TOTAL);
  BhEscposStyle style = {.bold = TRUE, .width = 2, .height = 2};
  g_autofree char *sum =
      bh_receipt_format_amount(receipt->language, receipt->currency, receipt->total.minor, TRUE);

  if (bh_text_get_cells(label) + GAP_CELLS + bh_text_get_cells(sum) >
      bh_escpos_writer_get_columns(layout->writer) / style.width)
    style.width = 1;
  bh_escpos_writer_line(layout->writer, &style, 0, label, sum);
}

static void
write_sums(const Layout *layout)
{
  const BhReceipt *receipt = layout->receipt;

  if (receipt->subtotal.stated)
    write_entry(layout, &normal, 0, "", word(layout, BH_RECEIPT_WORD_SUBTOTAL), &receipt->subtotal);
  for (guint i = 0; i < receipt->discounts->len; i++) {
    const BhReceiptEntry *discount = &g_array_index(receipt->discounts, BhReceiptEntry, i);
    /* Tills state it with and without a sign; on paper it always takes away. */
    BhReceiptAmount amount = {TRUE, -ABS(discount->amount.minor)};

    write_entry(layout, &normal, 0, "", discount->name, &amount);
  }
  write_taxes(layout, FALSE);
  if (receipt->total.stated)
    write_total(layout);
  write_taxes(layout, TRUE);
  if (receipt->payments->len > 0)
    bh_escpos_writer_feed(layout->writer, 1);
  for (guint i = 0; i < receipt->payments->len; i++) {
    const BhReceiptEntry *payment = &g_array_index(receipt->payments, BhReceiptEntry, i);

    write_entry(layout, &normal, 0, "", payment->name, &payment->amount);
  }
  if (receipt->change.stated)
    write_entry(layout, &normal, 0, "", word(layout, BH_RECEIPT_WORD_CHANGE), &receipt->change);
}

static void
write_tail(const Layout *layout)
{
  const BhReceipt *receipt = layout->receipt;

  if (receipt->footer->len > 0)
    bh_escpos_writer_feed(layout->writer, 1);
  for (guint i = 0; i < receipt->footer->len; i++)
    bh_escpos_encode_centered(layout->writer, &normal, receipt->footer->pdata[i]);
  if (receipt->qr != NULL) {
    bh_escpos_writer_feed(layout->writer, 1);
    bh_escpos_writer_qr(layout->writer, receipt->qr);
  }
}

void
bh_escpos_encode_receipt(BhEscposWriter *writer, const BhReceipt *receipt, gboolean reprint)
{
  const Layout layout = {writer, receipt};

  if (reprint)
    bh_escpos_encode_reprint_mark(writer, receipt->language);
  else if (receipt->drawer)
    bh_escpos_writer_drawer(writer);
  write_business(&layout);
  write_facts(&layout);
  write_lines(&layout);
  write_sums(&layout);
  write_tail(&layout);
  if (receipt->cut)
    bh_escpos_writer_cut(writer);
  else
    bh_escpos_writer_feed(writer, 4);
}

/* Tabs become spaces up to the next stop. */
static char *
expand_tabs(const char *line, gsize length)
{
  GString *out = g_string_sized_new(length);

  for (gsize i = 0, cells = 0; i < length; i++) {
    guint count = line[i] == '\t' ? TAB_CELLS - cells % TAB_CELLS : 1;

    for (guint n = 0; n < count; n++)
      g_string_append_c(out, line[i] == '\t' ? ' ' : line[i]);
    /* Continuation bytes of UTF-8 take no cell. */
    if (((guint8)line[i] & 0xC0) != 0x80)
      cells += count;
  }
  return g_string_free(out, FALSE);
}

void
bh_escpos_encode_text(BhEscposWriter *writer, const char *text)
{
  while (*text != '\0' && !bh_escpos_writer_is_full(writer)) {
    gsize length = strcspn(text, "\r\n");
    g_autofree char *expanded = expand_tabs(text, length);
    g_autofree char *clean = bh_text_clean(expanded, FALSE);

    bh_escpos_encode_wrapped(writer, &normal, 0, 0, clean, NULL);
    text += length;
    if (text[0] == '\r' && text[1] == '\n')
      text++;
    if (*text != '\0')
      text++;
  }
  bh_escpos_writer_cut(writer);
}
