/* cli/ads_report.h -- how often a campaign was seen and clicked: as a table, as
 * CSV (RFC 4180), as a picture (SVG).
 *
 * In CSV a name that begins with = + - @ has ' before it: no program takes it
 * for a formula.
 *
 * Threads: one.
 */
#ifndef CLI_ADS_REPORT_H
#define CLI_ADS_REPORT_H

#include "store/campaigns.h"

typedef enum AdsForm { ADS_TABLE, ADS_CSV, ADS_PICTURE } AdsForm;

/* Prints it to standard output. */
MUST_USE Err ads_report(Store *store, Arena *arena, const CampaignKept *kept,
                        AdsForm form);

#endif
