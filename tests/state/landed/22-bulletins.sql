-- steps: bulletins
CREATE TABLE bulletins (
        bulletin_id TEXT PRIMARY KEY,
        composed_at TEXT NOT NULL,
        page TEXT NOT NULL
    ) STRICT;
DROP TABLE deliveries;
CREATE TABLE deliveries (
        delivery_id INTEGER PRIMARY KEY,
        transition_id TEXT REFERENCES transitions (transition_id),
        digest_date TEXT REFERENCES digests (digest_date),
        channel TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('due', 'sending', 'sent', 'dead', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        not_before TEXT NOT NULL,
        is_escalation INTEGER NOT NULL DEFAULT 0 CHECK (is_escalation IN (0, 1)),
        settled_at TEXT,
        receipt TEXT,
        problem TEXT, changed_at TEXT, is_unsure INTEGER NOT NULL DEFAULT 0 CHECK (is_unsure IN (0, 1)), missing TEXT NOT NULL DEFAULT '[]', is_remark_seen INTEGER NOT NULL DEFAULT 0 CHECK (is_remark_seen IN (0, 1)), bulletin_id TEXT REFERENCES bulletins (bulletin_id),
        CHECK (
        (transition_id IS NOT NULL) + (digest_date IS NOT NULL) + (bulletin_id IS NOT NULL) = 1),
        UNIQUE (transition_id, channel),
        UNIQUE (digest_date, channel)
    ) STRICT;
CREATE UNIQUE INDEX deliveries_of_bulletins ON deliveries (bulletin_id, channel);
DROP VIEW deliveries_owed;
CREATE VIEW deliveries_owed AS SELECT delivery_id AS id, channel,
    coalesce(transition_id, 'digest/' || digest_date, bulletin_id) AS what, alert_id AS alert,
    CASE status WHEN 'sending' THEN 'delivery unknown' WHEN 'dead' THEN 'failed'
        ELSE 'queued' END AS status,
    attempts, created_at AS created_at_utc, due_at AS due_at_utc,
    CASE status WHEN 'dead' THEN NULL ELSE not_before END AS next_try_at_utc,
    is_escalation, problem
FROM deliveries LEFT JOIN transitions USING (transition_id)
WHERE status IN ('due', 'sending', 'dead');
DROP VIEW tic_split;
CREATE VIEW tic_split AS WITH cells AS (
    SELECT substr(series_id, 5, 5) AS code, substr(series_id, 11) AS measure,
        period_end, value, known_at
    FROM series CROSS JOIN observations AS cell USING (series_key)
    WHERE series_id GLOB 'tic.[0-9][0-9][0-9][0-9][0-9].for_*' AND vintage_id =
        (SELECT vintage_id FROM observations WHERE series_key = cell.series_key
         AND period_end = cell.period_end ORDER BY vintage_id DESC LIMIT 1)),
months AS MATERIALIZED (
    SELECT code, period_end, max(value) FILTER (WHERE measure = 'for_treas_net') AS net, max(value) FILTER (WHERE measure = 'for_lt_treas_net') AS long_term,
        max(value) FILTER (WHERE measure = 'for_st_treas_net') AS bills, max(value) FILTER (WHERE measure = 'for_treas_pos') AS holdings,
        max(value) FILTER (WHERE measure = 'for_lt_treas_valchg') AS valuation, max(known_at) AS known_at
    FROM cells GROUP BY code, period_end)
SELECT now.period_end AS month_end, now.code AS country_code, CASE now.code WHEN '10189' THEN 'Austria' WHEN '10251' THEN 'Belgium' WHEN '10308' THEN 'Belgium and Luxembourg' WHEN '10405' THEN 'Cyprus' WHEN '10502' THEN 'Denmark' WHEN '10707' THEN 'Finland' WHEN '10804' THEN 'France' WHEN '11002' THEN 'Germany' WHEN '11207' THEN 'Greece' WHEN '11401' THEN 'Ireland' WHEN '11509' THEN 'Italy' WHEN '11703' THEN 'Luxembourg' WHEN '12009' THEN 'Monaco' WHEN '12106' THEN 'Netherlands' WHEN '12203' THEN 'Norway' WHEN '12319' THEN 'Portugal' WHEN '12505' THEN 'Spain' WHEN '12602' THEN 'Sweden' WHEN '12688' THEN 'Switzerland' WHEN '12807' THEN 'Turkey' WHEN '13005' THEN 'United Kingdom' WHEN '13006' THEN 'Guernsey' WHEN '13007' THEN 'Jersey' WHEN '13056' THEN 'Channel Islands and Isle of Man' WHEN '13218' THEN 'Serbia' WHEN '15202' THEN 'Bulgaria' WHEN '15288' THEN 'Czech Republic' WHEN '15504' THEN 'Hungary' WHEN '15768' THEN 'Poland' WHEN '15806' THEN 'Romania' WHEN '16004' THEN 'German Democratic Republic' WHEN '16101' THEN 'Russia' WHEN '16403' THEN 'Ukraine' WHEN '16543' THEN 'Kazakhstan' WHEN '29998' THEN 'Canada' WHEN '30104' THEN 'Argentina' WHEN '30155' THEN 'Barbados' WHEN '30228' THEN 'Anguilla' WHEN '30309' THEN 'Brazil' WHEN '30406' THEN 'Chile' WHEN '30503' THEN 'Colombia' WHEN '30589' THEN 'Costa Rica' WHEN '30708' THEN 'Cuba' WHEN '31003' THEN 'Ecuador' WHEN '31208' THEN 'Guatemala' WHEN '31607' THEN 'Jamaica' WHEN '31704' THEN 'Mexico' WHEN '31887' THEN 'Panama' WHEN '32204' THEN 'Peru' WHEN '32409' THEN 'Trinidad and Tobago' WHEN '32603' THEN 'Uruguay' WHEN '32719' THEN 'Venezuela' WHEN '35254' THEN 'Aruba' WHEN '35319' THEN 'Bahamas' WHEN '35602' THEN 'Bermuda' WHEN '35807' THEN 'British Virgin Islands' WHEN '36005' THEN 'British West Indies' WHEN '36137' THEN 'Cayman Islands' WHEN '36188' THEN 'Curaçao' WHEN '37206' THEN 'Netherlands Antilles' WHEN '37303' THEN 'Saint Kitts and Nevis' WHEN '41408' THEN 'China' WHEN '42005' THEN 'Hong Kong' WHEN '42102' THEN 'India' WHEN '42218' THEN 'Indonesia' WHEN '42501' THEN 'Israel' WHEN '42609' THEN 'Japan' WHEN '43001' THEN 'South Korea' WHEN '43109' THEN 'Kuwait' WHEN '43419' THEN 'Lebanon' WHEN '43605' THEN 'Malaysia' WHEN '44709' THEN 'Pakistan' WHEN '44806' THEN 'Philippines' WHEN '45608' THEN 'Saudi Arabia' WHEN '46019' THEN 'Singapore' WHEN '46205' THEN 'Syria' WHEN '46302' THEN 'Taiwan' WHEN '46418' THEN 'Thailand' WHEN '46604' THEN 'United Arab Emirates' WHEN '53201' THEN 'Liberia' WHEN '53805' THEN 'Mauritius' WHEN '54003' THEN 'Morocco' WHEN '55719' THEN 'South Africa' WHEN '57002' THEN 'Egypt' WHEN '60089' THEN 'Australia' WHEN '61689' THEN 'New Zealand' WHEN '72907' THEN 'International organizations' WHEN '16713' THEN 'Euro Area' WHEN '16721' THEN 'European Union' WHEN '19992' THEN 'Total Europe' WHEN '34401' THEN 'Total Caribbean' WHEN '39942' THEN 'Total Latin America' WHEN '39993' THEN 'Total Latin America and Caribbean' WHEN '49999' THEN 'Total Asia' WHEN '59994' THEN 'Total Africa' WHEN '69906' THEN 'Total Other' WHEN '69995' THEN 'All Countries' WHEN '76929' THEN 'Total Regional Orgs.' WHEN '79995' THEN 'Total IROs' WHEN '82643' THEN 'Depository Institutions' WHEN '82644' THEN 'Foreign Official Depository Institutions' WHEN '82645' THEN 'Foreign Non-Official Depository Institutions' WHEN '82651' THEN 'Other Financial Organizations' WHEN '82652' THEN 'Foreign Official Other Financial Organizations' WHEN '82653' THEN 'Foreign Non-Official Other Financial Organizations' WHEN '82678' THEN 'Non-Financial Organizations' WHEN '82679' THEN 'Foreign Official Non-Financial Organizations' WHEN '82680' THEN 'Foreign Non-Official Non-Financial Organizations' WHEN '82686' THEN 'State & Local General Government' WHEN '82687' THEN 'Foreign Official State & Local General Government' WHEN '82688' THEN 'Foreign Non-Official State & Local General Government' WHEN '84018' THEN 'Fund Shares' WHEN '84019' THEN 'Foreign Official Fund Shares' WHEN '84020' THEN 'Foreign Non-Official Fund Shares' WHEN '89991' THEN 'Asset-Backed Securities' WHEN '89992' THEN 'Foreign Official Asset-Backed Securities' WHEN '89993' THEN 'Foreign Non-Official Asset-Backed Securities' WHEN '99990' THEN 'all officials' WHEN '99991' THEN 'Private foreigners' WHEN '99996' THEN 'all countries' ELSE 'area ' || now.code END AS country,
    now.net AS net_transactions_usd_mn, now.long_term AS net_long_term_usd_mn,
    now.bills AS net_bills_usd_mn, officials.net AS net_by_officials_usd_mn,
    now.net - officials.net AS net_by_others_usd_mn, now.holdings AS holdings_usd_mn,
    now.holdings - before.holdings AS change_in_holdings_usd_mn,
    now.valuation AS valuation_usd_mn,
    now.holdings - before.holdings - now.net - now.valuation AS other_usd_mn,
    max(now.known_at, coalesce(before.known_at, now.known_at)) AS known_at_utc
FROM months AS now
LEFT JOIN months AS before ON before.code = now.code
    AND before.period_end = date(now.period_end, 'start of month', '-1 day')
LEFT JOIN months AS officials ON now.code = '99996' AND officials.code = '99990'
    AND officials.period_end = now.period_end;
