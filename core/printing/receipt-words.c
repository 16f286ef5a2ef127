/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "receipt-words.h"

#include <string.h>

typedef struct {
  const char *words[BH_RECEIPT_N_WORDS];
  char decimal;
  char group;
  gboolean currency_first;
  const char *each_before;
  const char *each_after;
  const char *time_format; /* of g_date_time_format() */
} Language;

static const Language languages[BH_RECEIPT_N_LANGUAGES] = {
    [BH_RECEIPT_ENGLISH] = {{"REPRINT", "Phone", "Tax ID", "No.", "Table", "Served by", "Subtotal",
                             "Total", "incl.", "Change"},
                            '.',
                            ',',
                            TRUE,
                            "",
                            " each",
                            "%Y-%m-%d %H:%M"},
    [BH_RECEIPT_GERMAN] = {{"NACHDRUCK", "Tel.", "USt-IdNr.", "Nr.", "Tisch", "Bedient von",
                            "Zwischensumme", "Summe", "inkl.", "Rückgeld"},
                           ',',
                           '.',
                           FALSE,
                           "je ",
                           "",
                           "%d.%m.%Y %H:%M"},
    [BH_RECEIPT_FRENCH] = {{"DUPLICATA", "Tél.", "N° TVA", "N°", "Table", "Servi par", "Sous-total",
                            "Total", "dont", "Rendu"},
                           ',',
                           ' ',
                           FALSE,
                           "",
                           " l'unité",
                           "%d/%m/%Y %H:%M"},
    [BH_RECEIPT_SPANISH] = {{"COPIA", "Tel.", "NIF", "N.º", "Mesa", "Atendido por", "Subtotal",
                             "Total", "incl.", "Cambio"},
                            ',',
                            '.',
                            FALSE,
                            "",
                            " c/u",
                            "%d/%m/%Y %H:%M"},
};

const char *
bh_receipt_get_word(BhReceiptLanguage language, BhReceiptWord word)
{
  g_return_val_if_fail((guint)language < BH_RECEIPT_N_LANGUAGES, "");
  g_return_val_if_fail((guint)word < BH_RECEIPT_N_WORDS, "");

  return languages[language].words[word];
}

/* ISO 4217, list one: minor units other than 2. */
static guint
get_fraction_digits(const char *currency)
{
  static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
  static const char three[] = "BHD IQD JOD KWD LYD OMR TND ";
  char word[5];

  g_snprintf(word, sizeof word, "%s ", currency);
  if (strstr(none, word) != NULL)
    return 0;
  return strstr(three, word) != NULL ? 3 : 2;
}

static const char *
get_currency_sign(const char *currency)
{
  static const char *const signs[][2] = {{"EUR", "€"}, {"GBP", "£"}, {"USD", "$"}};

  for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
    if (strcmp(signs[i][0], currency) == 0)
      return signs[i][1];
  return NULL;
}

static char *
format_number(const Language *language, guint64 minor, guint digits)
{
  GString *text = g_string_new(NULL);
  g_autofree char *plain = NULL;
  gsize whole;

  /* "%0*": 5 cents are "005", so that there is always a digit before the separator. */
  plain = g_strdup_printf("%0*" G_GUINT64_FORMAT, (int)digits + 1, minor);
  whole = strlen(plain) - digits;
  for (gsize i = 0; i < whole; i++) {
    if (i > 0 && (whole - i) % 3 == 0)
      g_string_append_c(text, language->group);
    g_string_append_c(text, plain[i]);
  }
  if (digits > 0) {
    g_string_append_c(text, language->decimal);
    g_string_append(text, plain + whole);
  }
  return g_string_free(text, FALSE);
}

char *
bh_receipt_format_amount(BhReceiptLanguage language, const char *currency, gint64 minor,
                         gboolean with_currency)
{
  const char *sign = get_currency_sign(currency), *minus = minor < 0 ? "-" : "";
  guint64 magnitude = minor < 0 ? -(guint64)minor : (guint64)minor;
  g_autofree char *number = NULL;

  g_return_val_if_fail((guint)language < BH_RECEIPT_N_LANGUAGES, NULL);

  number = format_number(&languages[language], magnitude, get_fraction_digits(currency));
  if (!with_currency)
    return g_strconcat(minus, number, NULL);
  if (languages[language].currency_first)
    return sign != NULL ? g_strconcat(minus, sign, number, NULL)
                        : g_strconcat(currency, " ", minus, number, NULL);
  return g_strconcat(minus, number, " ", sign != NULL ? sign : currency, NULL);
}

char *
bh_receipt_format_each(BhReceiptLanguage language, const char *currency, gint64 minor)
{
  g_autofree char *amount = bh_receipt_format_amount(language, currency, minor, FALSE);

  return g_strconcat(languages[language].each_before, amount, languages[language].each_after, NULL);
}

char *
bh_receipt_format_percent(BhReceiptLanguage language, double percent)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_return_val_if_fail((guint)language < BH_RECEIPT_N_LANGUAGES, NULL);

  /* Seven digits are more than any rate has; "%.7g" writes none that is not needed. */
  g_ascii_formatd(number, sizeof number, "%.7g", percent);
  g_strdelimit(number, ".", languages[language].decimal);
  return g_strconcat(number, " %", NULL);
}

char *
bh_receipt_format_time(BhReceiptLanguage language, gint64 time_ms, gint64 offset_minutes)
{
  /* Shifted by hand and formatted as UTC: no time zone data of this machine takes part. */
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_ms / 1000 + offset_minutes * 60);

  g_return_val_if_fail((guint)language < BH_RECEIPT_N_LANGUAGES, NULL);

  if (time == NULL) /* the first or last hours of what GDateTime can hold */
    return g_strdup("");
  return g_date_time_format(time, languages[language].time_format);
}
