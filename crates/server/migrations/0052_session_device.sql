-- Where somebody is signed in, in words that they recognise: the browser and the network. Sessions from before tell neither.
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';

ALTER TABLE session ADD COLUMN network TEXT NOT NULL DEFAULT '';
