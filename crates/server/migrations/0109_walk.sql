-- The totals by which the start of a history is looked for are planned all at once now. A search that is under way begins anew.
DELETE FROM import_unit WHERE purpose = 'walk';
UPDATE connection SET history_state = 'unplanned' WHERE history_state = 'walked';
