-- Asks to post the card (sequence 0) or the thread's next message. A deployment has one post at a time (P5, P6).
-- KEYS board dep
-- ARGV seq nonce postWaitMs known from born
-- known 1: certainly no such message exists      from: the first log entry in the message
local seq, nonce, postWaitMs, known = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local from = tonumber(ARGV[5])

-- What the message was rendered from is lost, and so may be the record of this very message.
if isForgotten(KEYS[2], ARGV[6]) then
  return { 'done' }
end

local board = record(KEYS[1])
if seq == 0 and board.ts then
  return { 'done' }
end
-- The message was rendered before these entries were posted, and would repeat some of them.
if seq > 0 and tonumber(board.said or 0) >= from then
  return { 'done' }
end
if board.out == nonce then
  return { 'again', board.outSeq, board.outSince }
end

-- Another process is posting, or died while posting. Its message may exist, so a takeover searches for it first.
if board.out then
  local ageMs = now - tonumber(board.outAt)
  if ageMs < postWaitMs then
    return { 'busy', int(postWaitMs - ageMs) }
  end
  write(KEYS[1], 'out', nonce, 'outAt', int(now))
  return { 'search', board.outSeq, board.outSince }
end

-- `0`: unknown since when such a message could have been posted.
write(KEYS[1], 'out', nonce, 'outAt', int(now), 'outSince', int(now), 'outSeq', int(seq))
return { known and 'post' or 'search', int(seq), '0' }
