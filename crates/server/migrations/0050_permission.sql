-- More permissions under the console's names. Nobody loses what they could do: everybody could open support requests, and
-- whoever had every permission there was, as the first user of a set-up has, gets every one that there is.
UPDATE app_user
SET permissions = CASE
    WHEN permissions LIKE '%"billing_profiles_admin"%'
        AND permissions LIKE '%"cloud_analytics_user"%'
        AND permissions LIKE '%"assets_manager"%'
    THEN '["billing_profiles_admin","cloud_analytics_user","cloud_analytics_admin","assets_manager","support_requester","users_manager","audit_log_viewer"]'
    WHEN permissions = '[]' THEN '["support_requester"]'
    ELSE REPLACE(permissions, ']', ',"support_requester"]')
END;
